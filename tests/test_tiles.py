from __future__ import annotations

from pathlib import Path

from pipeline.summarise.places.tiles import tiles
from schemas.round.load import load_round
from tests.consolidations import tiny_round


def test_every_province_has_its_own_cell() -> None:
    round_ = load_round("cv4874")
    found = tiles(round_)
    assert len({(tile.row, tile.column) for tile in found}) == len(found) == 65
    provinces = {agency.own_locality for agency in round_.in_scope if agency.own_locality}
    assert {tile.locality for tile in found if tile.locality} == provinces
    assert all(
        round_.codelists["localities"].name(tile.locality) == tile.name
        for tile in found
        if tile.locality
    )


def test_the_archipelagos_stand_east_of_their_provinces() -> None:
    by_name = {tile.name: tile for tile in tiles(load_round("cv4874"))}
    for islands, province in (
        ("Quần đảo Hoàng Sa (Đà Nẵng)", "Đà Nẵng"),
        ("Quần đảo Trường Sa (Khánh Hòa)", "Khánh Hòa"),
    ):
        assert by_name[islands].locality == ""
        assert by_name[islands].row == by_name[province].row
        assert by_name[islands].column > by_name[province].column


def test_a_round_without_a_map(tmp_path: Path) -> None:
    assert tiles(tiny_round(tmp_path / "tiny")) == []
