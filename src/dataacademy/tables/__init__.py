from dataacademy.tables.delimited import read_csv
from dataacademy.tables.excel import read_excel
