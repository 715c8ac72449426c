"""x"""

from dataacademy.text.counting import kwic, word_count
from dataacademy.text.personal import personal_information
from dataacademy.text.tokens import tokenize
from dataacademy.text.together import cooccurrence
from dataacademy.text.network import cooccurrence_network
from dataacademy.text.distinctive import distinctive_words
