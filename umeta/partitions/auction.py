"""Nearest centroid under capacities, a transportation problem, solved by an auction in which items bid for places.

Reference: Bertsekas, Castañon, "The Auction Algorithm for the Transportation Problem", Annals of Operations Research
1989.
"""

import numpy as np
from jaxtyping import Float32, Float64, Int, Int32

FINE = 0.1
"""Least raise of a bid, as a share of the mean gap between an item's two nearest centroids. The assignment's cost is
within n_items raises of the least possible; 0.1 keeps Omniglot within 0.01%."""
COARSER = 6.0
"""A first auction starts with raises near the largest cost and makes them smaller by this factor (ε-scaling)."""
BLOCK = 4096
"""Items that bid at once; bounds memory."""
PATIENCE = (2000, 10)
"""Rounds, and bids per item, after which the raise is doubled: a long price war ends."""


def auction(
    costs: Float32[np.ndarray, "n_items n_clusters"],
    capacities: Int[np.ndarray, " n_clusters"],
    prices: Float64[np.ndarray, " n_clusters"] | None = None,
    *,
    share: float = FINE,
    alike: Int[np.ndarray, " n_items"] | None = None,
) -> tuple[Int32[np.ndarray, " n_items"], Float64[np.ndarray, " n_clusters"]]:
    """Give every item a place at nearly the least total cost; the capacities must add up to the items.

    Items without a place bid for the cluster of least cost + price, so much that their second choice would serve
    them as well; a full cluster keeps its highest bidders, and its price is the lowest bid kept. Bids only rise, so
    it ends. Prices from a similar auction save the coarse rounds. Returns each item's cluster, and the prices.

    Items of one number in `alike` have equal costs. They would all bid for the same cluster, fill it, and raise its
    price by the least raise, again and again; so as many of them as fill it bid for each of the best clusters.
    """
    alike = np.arange(len(costs)) if alike is None else alike
    finest = _least_raise(costs, share)
    if prices is None:
        prices, raise_ = np.zeros(len(capacities)), float(np.ptp(costs)) / 4
        while raise_ > finest:
            prices = _bid(costs, capacities, prices, raise_, alike)[1]
            raise_ /= COARSER
    return _bid(costs, capacities, prices, finest, alike)


def _bid(
    costs: np.ndarray, capacities: np.ndarray, prices: np.ndarray, raise_: float, alike: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Hold one auction with a least raise of bids."""
    prices = prices - prices.min()
    owner = np.full(len(costs), -1, np.int32)
    bids = np.zeros(len(costs))
    waiting = np.arange(len(costs))
    rounds = n_bids = 0
    while len(waiting):
        bidders, waiting = waiting[:BLOCK], waiting[BLOCK:]
        offers = costs[bidders] + prices  # (bidders, n_clusters)
        wanted = offers.argmin(axis=1)
        row = np.arange(len(bidders))
        first = offers[row, wanted]
        offers[row, wanted] = np.inf
        second = offers.min(axis=1)
        for crowd in _crowds(alike[bidders], wanted, capacities):
            _spread(crowd, costs[bidders[crowd[0]]] + prices, capacities, wanted, first, second)
        owner[bidders], bids[bidders] = wanted, prices[wanted] + second - first + raise_
        waiting = np.concatenate([waiting, _turned_away(owner, bids, capacities, prices, wanted)])
        rounds, n_bids = rounds + 1, n_bids + len(bidders)
        if rounds > PATIENCE[0] or n_bids > PATIENCE[1] * len(costs):
            raise_, rounds, n_bids = 2 * raise_, 0, 0
    return owner, prices


def _crowds(alike: np.ndarray, wanted: np.ndarray, capacities: np.ndarray) -> list[np.ndarray]:
    """Return the bidders of each group of alike ones that is larger than the cluster that they want."""
    large = np.flatnonzero(np.bincount(alike) > capacities.min())
    groups = [np.flatnonzero(alike == number) for number in large]
    return [group for group in groups if len(group) > capacities[wanted[group[0]]]]


def _spread(
    crowd: np.ndarray,
    offers: np.ndarray,
    capacities: np.ndarray,
    wanted: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
) -> None:
    """Let alike bidders want the best clusters that hold them all, and pay up to the offer of the last of these."""
    order = np.argsort(offers, kind="stable")
    place = np.searchsorted(np.cumsum(capacities[order]), np.arange(len(crowd)), side="right")
    last = place[-1]
    wanted[crowd], first[crowd] = order[place], offers[order[place]]
    beyond = offers[order[min(last + 1, len(order) - 1)]]
    second[crowd] = np.where(place == last, beyond, offers[order[last]])


def _turned_away(
    owner: np.ndarray, bids: np.ndarray, capacities: np.ndarray, prices: np.ndarray, wanted: np.ndarray
) -> np.ndarray:
    """Let the wanted clusters keep their highest bidders: update owners and prices, return who lost the place."""
    judged = np.zeros(len(prices) + 1, bool)  # the last entry stands for items without a place
    judged[wanted] = True
    members = np.flatnonzero(judged[owner])
    members = members[np.lexsort((-bids[members], owner[members]))]
    cluster = owner[members]
    rank = np.arange(len(members)) - np.searchsorted(cluster, cluster)
    last = members[rank == capacities[cluster] - 1]
    prices[owner[last]] = bids[last]
    away = members[rank >= capacities[cluster]]
    owner[away] = -1
    return away


def _least_raise(costs: np.ndarray, share: float) -> float:
    """Return the least raise of a bid: a share of the mean gap between an item's two nearest centroids."""
    nearest_two = np.partition(costs[:: max(1, len(costs) // 2000)], 1, axis=1)[:, :2]
    gap = float((nearest_two[:, 1] - nearest_two[:, 0]).mean(dtype=np.float64))
    return max(share * gap, 1e-4 * float(costs.mean(dtype=np.float64)))  # duplicates have no gap
