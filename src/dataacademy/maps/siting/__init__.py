"""Where to put some more: the best choice of sites (``locate``) and its map (``locate_map``)."""

from dataacademy.maps.siting.locate import Located, locate
from dataacademy.maps.siting.picture import locate_map

__all__ = ["Located", "locate", "locate_map"]
