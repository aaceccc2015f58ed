"""The shipped profiles are what their generator computes, and have the sizes that were published."""
import csv
import importlib.util
import os
import pathlib

import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "sim/model/profiles"


def generator():
    spec = importlib.util.spec_from_file_location("make", FOLDER / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(path):
    with open(path) as f:
        return list(csv.DictReader(f))


def total(name, column):
    return sum(int(row[column]) for row in rows(FOLDER / f"{name}.csv"))


# Parameters to the last one; multiply-adds of a forward pass as the papers round them.
PUBLISHED = {"alexnet": (60_965_224, 0.72e9), "vgg16": (138_357_544, 15.5e9), "resnet50": (25_557_032, 4.1e9),
             "inception_v3": (23_834_568, 5.73e9),
             "bert_base": (109_482_240, 11.2e9), "transformer_base": (63_082_496, 2.04e9)}


def test_what_is_shipped_is_what_the_generator_computes():
    networks = generator().NETWORKS
    assert {n.__name__ for n in networks} == {p.stem for p in FOLDER.glob("*.csv")} == set(PUBLISHED)
    for network in networks:
        assert (FOLDER / f"{network.__name__}.csv").read_text() == generator().text(network)


@pytest.mark.parametrize("name", PUBLISHED)
def test_totals_are_the_published_ones(name):
    params, multiply_adds = PUBLISHED[name]
    assert total(name, "params") == params
    assert total(name, "fwd_flops") / 2 == pytest.approx(multiply_adds, rel=0.01)
    assert 1.85 < total(name, "bwd_flops") / total(name, "fwd_flops") < 2.01        # the first layer's only once


@pytest.mark.parametrize("name", PUBLISHED)
def test_layers_agree_with_profiles_of_another_origin(name):
    folder = os.environ.get("DTSIM_PROFILES", "")
    if not folder or not pathlib.Path(folder).is_dir():
        pytest.skip("DTSIM_PROFILES names no folder of profiles to compare with")
    if not (pathlib.Path(folder) / f"{name}.csv").exists():
        pytest.skip("there is none of this network")
    ours, theirs = rows(FOLDER / f"{name}.csv"), rows(pathlib.Path(folder) / f"{name}.csv")
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs):
        assert {column: mine[column] for column in other} == other
