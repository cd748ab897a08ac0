"""Packs: what one trade needs to begin, as data; a business may change all of it afterwards."""

from messaging.packs.loader import load_pack, pack_names
from messaging.packs.pack import AssetType, Pack, PackRule, PackTemplate

__all__ = ["AssetType", "Pack", "PackRule", "PackTemplate", "load_pack", "pack_names"]
