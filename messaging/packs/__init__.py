"""Packs: what one trade needs to begin, as data; a business may change all of it afterwards."""

from messaging.packs.loader import load_pack, pack_names
from messaging.packs.own import OwnPack, read_own
from messaging.packs.pack import AssetType, Pack, PackRule, PackTemplate
from messaging.packs.proving import attributes_of
from messaging.packs.shelf import Shelf

__all__ = [
    "AssetType",
    "OwnPack",
    "Pack",
    "PackRule",
    "PackTemplate",
    "Shelf",
    "attributes_of",
    "load_pack",
    "pack_names",
    "read_own",
]
