"""Packs: what one trade needs to begin, as data; a business may change all of it afterwards."""

from messaging.packs.library import Library
from messaging.packs.loader import load_pack, pack_names
from messaging.packs.own import OwnPack, read_own
from messaging.packs.pack import AssetType, Pack, PackRule, PackTemplate
from messaging.packs.proving import attributes_of

__all__ = [
    "AssetType",
    "Library",
    "OwnPack",
    "Pack",
    "PackRule",
    "PackTemplate",
    "attributes_of",
    "load_pack",
    "pack_names",
    "read_own",
]
