"""Packs: what one trade needs to begin, as data; a business may change all of it afterwards."""

from messaging.packs.loader import at_hand, load_pack, pack_names, packs_behind
from messaging.packs.pack import AssetType, Pack, PackRule, PackTemplate
from messaging.packs.proving import attributes_of

__all__ = [
    "AssetType",
    "Pack",
    "PackRule",
    "PackTemplate",
    "at_hand",
    "attributes_of",
    "load_pack",
    "pack_names",
    "packs_behind",
]
