"""What must go on working for a learner although it is confined."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sqlite3
import sys
import threading
from pathlib import Path

from confined.world import need, useful

from dataacademy.course.kernels.syscalls import call

libc = ctypes.CDLL(None, use_errno=True)


@useful
def compute_with_numpy(w):
    import numpy as np

    need(abs(np.linalg.inv(np.eye(300) * 2).sum() - 150) < 1e-9)


@useful
def read_the_tables(w):
    import pandas as pd

    need(len(pd.read_csv(w.tables / "people.csv")) == 2)


@useful
def load_the_town(w):
    from dataacademy import load

    need(len(load("population")) > 0 and len(load("areas")) > 0)


@useful
def draw_a_map_of_the_town(w):
    from dataacademy import load, maps

    areas = load("areas")
    axes = maps.choropleth(areas.assign(size=areas.area), column="size", unit="m²", title="地区の広さ")
    axes.figure.savefig("map.png")
    need(Path("map.png").stat().st_size > 1000)


@useful
def write_tables(w):
    import pandas as pd

    table = pd.DataFrame({"地区": ["北", "南"], "人口": [1, 2]})
    table.to_csv("table.csv")
    table.to_excel("table.xlsx")
    need(pd.read_excel("table.xlsx", engine="openpyxl")["人口"].sum() == 3)
    need(pd.read_excel("table.xlsx", engine="calamine")["人口"].sum() == 3)


@useful
def work_with_geometries(w):
    import geopandas as gpd
    from shapely import Point

    points = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(139.7, 35.7)], crs=4326).to_crs(6677)
    points.to_file("points.geojson")
    need(points.buffer(10).area.sum() > 300 and len(gpd.read_file("points.geojson")) == 1)


@useful
def transform_coordinates(w):
    from pyproj import Transformer

    east, north = Transformer.from_crs(4326, 6677).transform(35.7, 139.7)
    need(abs(east) < 1e6 and abs(north) < 1e6)


@useful
def save_a_figure(w):
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([1, 2])
    axes.set_title("title")
    figure.savefig("figure.png")
    need(Path("figure.png").stat().st_size > 1000)


@useful
def import_what_was_not_imported(w):
    need("statsmodels" not in sys.modules)
    import statsmodels.api

    need(statsmodels.api.OLS)


@useful
def use_statistics_on_threads(w):
    from concurrent.futures import ThreadPoolExecutor

    from scipy import stats

    with ThreadPoolExecutor(4) as pool:
        need(len(list(pool.map(stats.norm.cdf, range(20)))) == 20)


@useful
def start_threads(w):
    done = []
    threads = [threading.Thread(target=done.append, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    need(len(done) == 20)


@useful
def keep_a_database(w):
    with sqlite3.connect("own.db") as database:
        database.execute("create table t (x)")
        database.execute("insert into t values (1)")
    need(sqlite3.connect("own.db").execute("select x from t").fetchall() == [(1,)])


@useful
def use_temporary_files(w):
    import tempfile

    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as file:
        need(Path(folder).parent == Path(file.name).parent == w.work / "tmp")


@useful
def copy_move_and_pack_own_files(w):
    import shutil
    import zipfile

    Path("a/b").mkdir(parents=True)
    Path("a/b/one.txt").write_text("一")
    shutil.copytree("a", "c")
    shutil.copy2("a/b/one.txt", "two.txt")
    shutil.move("two.txt", "c/two.txt")
    with zipfile.ZipFile("c.zip", "w") as archive:
        archive.write("c/two.txt")
    zipfile.ZipFile("c.zip").extractall("d")
    need(Path("d/c/two.txt").read_text() == "一")
    shutil.rmtree("c")


@useful
def call_the_c_library(w):
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 3)(3, 1, 2)
    libc.qsort(numbers, 3, 4, compare(lambda a, b: a[0] - b[0]))
    need(list(numbers) == [1, 2, 3] and libc.getpid() == os.getpid())


@useful
def run_an_event_loop(w):
    import asyncio

    async def later():
        await asyncio.sleep(0.001)
        return await asyncio.to_thread(lambda: 5)

    need(asyncio.run(later()) == 5)


@useful
def signal_oneself(w):
    heard = []
    signal.signal(signal.SIGUSR1, lambda *_: heard.append(1))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    need(heard == [1, 1])


@useful
def listen_on_its_own_socket(w):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(w.base / "sockets" / "kernel"))
    listener.listen()


@useful
def ask_time_zone_user_and_machine(w):
    import datetime
    import getpass
    import platform
    import zoneinfo

    noon = datetime.datetime(2026, 1, 1, 12, tzinfo=zoneinfo.ZoneInfo("Asia/Tokyo"))
    need(noon.utcoffset() == datetime.timedelta(hours=9))
    need(getpass.getuser() and platform.machine() and os.cpu_count() and Path.home() == w.work)


@useful
def take_some_memory(w):
    need(len(bytearray(100 * 1024**2)) == 100 * 1024**2)


@useful
def go_on_after_a_memory_error(w):
    try:
        held = [bytearray(64 * 1024**2) for _ in range(64)]
    except MemoryError:
        held = []
    need(not held and sum(range(1000)) == 499500)


@useful
def end_with_its_parent(w):
    told = ctypes.c_int()
    call("prctl", 2, ctypes.byref(told), 0, 0, 0)  # PR_GET_PDEATHSIG
    need(told.value == signal.SIGKILL)


@useful
def see_only_the_files_meant(w):
    open_files = []
    for fd in range(1024):
        try:
            os.fstat(fd)
            open_files.append(fd)
        except OSError:
            continue
    need(set(open_files) <= {0, 1, 2, w.report})
