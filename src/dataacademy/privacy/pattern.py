"""Which further cells to hide so that small ones cannot be computed back: as few as possible.

The cell suppression problem (Fischetti & Salazar 2001; Hundepool et al., Handbook on Statistical Disclosure Control):
a master programme chooses cells; linear programmes of an attacker prove the choice, or give an inequality that it
broke (Benders).  A heuristic (cheapest deviations by linear programming, then a clean-up) gives the first answer, and
the last one where the exact way is too long.  Effort is limited by rounds and nodes, not seconds: same answer anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dataacademy.privacy.attack import CLOSE, Deviations, Target

ROUNDS, NODES = 40, 200  # nodes of all rounds together
EFFORT = 1_600  # cells × rounds: larger tables get fewer rounds
EVERY = 4  # so many rounds apart, the heuristic starts from what the master chose


@dataclass(frozen=True)
class Pattern:
    """hidden: one yes/no a cell.  at_least: no protected pattern has fewer cells.  exact: this one has as few."""

    hidden: np.ndarray
    at_least: int
    exact: bool
    rounds: int


class Search:
    """One table: what must be hidden, what may be, and what hiding it costs (one a cell, ties by size)."""

    def __init__(self, deviations: Deviations, must, may, targets: list[Target], cost, lines):
        self.deviations, self.must, self.may = deviations, must, may | must
        self.targets, self.cost, self.lines = targets, cost, lines

    def protects(self, hidden: np.ndarray) -> bool:
        """Whether every target can be reached."""
        return not self._open(hidden, self.targets, self.deviations.reached(hidden, self.targets), first=True)[0]

    def _open(self, hidden, targets, witness, first: bool = False):
        """Targets that cannot be reached (or the first), and the inequality of each; completes ``witness``."""
        left, cuts = [], []
        for i in np.flatnonzero(np.isnan(witness).any(axis=1)) if len(targets) else []:
            table, need = self.deviations.reach(hidden, targets[i])
            if table is None:
                left.append(targets[i])
                cuts.append((need, targets[i].level))
                if first:
                    break
            else:
                witness[i] = table
        return left, cuts

    def best(self) -> Pattern:
        """The pattern: exact if possible within ROUNDS and NODES, else the best one found."""
        hidden = self.cleaned(self.repaired(self.must.copy()))
        rounds, at_least = min(ROUNDS, EFFORT // max(1, int(self.may.sum()))), int(self.must.sum())
        if hidden.sum() <= at_least or rounds < 3:
            return Pattern(hidden, at_least, bool(hidden.sum() <= at_least), 0)
        nothing = np.full((len(self.targets), len(self.deviations.inner)), np.nan)
        master, cuts = Master(self), self._open(self.must, self.targets, nothing)[1]
        for turn in range(1, rounds + 1):
            master.add(cuts)
            chosen, bound = master.solve()
            at_least = max(at_least, int(np.ceil(bound - 0.5 - CLOSE)))
            if chosen is None or master.nodes <= 0 or hidden.sum() <= at_least:
                break
            left, cuts = self._open(chosen, self.targets, self.deviations.reached(chosen, self.targets))
            if not left or turn % EVERY == 0 or turn == rounds:
                other = chosen if not left else self.cleaned(self.repaired(chosen))
                hidden = min(other, hidden, key=lambda h: (self.cost * h).sum())
            if not left:
                break
        return Pattern(hidden, at_least, bool(hidden.sum() <= at_least), turn)

    def repaired(self, hidden: np.ndarray) -> np.ndarray:
        """``hidden`` with cells added until every target can be reached."""
        hidden = hidden.copy()
        witness = self.deviations.reached(hidden, self.targets)
        for i in np.argsort([-t.level for t in self.targets], kind="stable"):
            if np.isnan(witness[i]).any():
                table = self._cheapest(hidden, self.targets[i])
                moved = np.abs(self.deviations.sums @ table) > CLOSE
                if (moved & ~hidden).any():
                    hidden |= moved & self.may
                    rest = [j for j in range(len(witness)) if np.isnan(witness[j]).any()]
                    witness[rest] = self.deviations.reached(hidden, [self.targets[j] for j in rest])
        return hidden

    def _cheapest(self, hidden: np.ndarray, target: Target) -> np.ndarray:
        """Deviations that reach the target and move as few cells as a linear cost can tell."""
        from scipy.optimize import linprog

        dev, level = self.deviations, target.level
        columns = np.flatnonzero(self.may[dev.inner])
        totals = np.flatnonzero(~hidden & (dev.size > 1))
        loose = np.flatnonzero(self.may[totals])
        price = np.where(hidden, 1e-3, self.cost) / level
        up = price[dev.inner[columns]]
        down = up * level / np.clip(dev.room[columns], 1, level)
        slack = np.eye(len(totals))[:, loose]
        part = dev.sums[np.ix_(totals, columns)]
        pick = dev.sums[target.cell, columns] * target.sign
        prices = np.r_[up, down, price[totals[loose]], price[totals[loose]]]
        most = np.r_[np.full(len(up), np.inf), dev.room[columns], np.full(2 * len(loose), np.inf)]
        done = linprog(
            prices,
            A_eq=np.r_[np.c_[part, -part, slack, -slack], [np.r_[pick, -pick, np.zeros(2 * len(loose))]]],
            b_eq=np.r_[np.zeros(len(totals)), level],
            bounds=np.column_stack([np.zeros(len(most)), most]),
            method="highs",
        )
        table = np.zeros(len(dev.inner))
        n = len(columns)
        table[columns] = done.x[:n] - done.x[n : 2 * n]
        return table

    def cleaned(self, hidden: np.ndarray) -> np.ndarray:
        """``hidden`` without the cells that nobody needs: the costliest first."""
        hidden = hidden.copy()
        witness = self.deviations.reached(hidden, self.targets)
        self._open(hidden, self.targets, witness)
        extra = np.flatnonzero(hidden & ~self.must)
        for cell in extra[np.argsort(-self.cost[extra], kind="stable")]:
            hidden[cell] = False
            moved = np.abs(witness @ self.deviations.sums[cell])
            redo = np.flatnonzero(moved > CLOSE)
            if len(redo):  # one alone, the one that leans on the cell most, mostly settles it
                table = self.deviations.reach(hidden, self.targets[int(moved.argmax())])[0]
                if table is None:
                    hidden[cell] = True
                    continue
            some = [self.targets[i] for i in redo]
            again = self.deviations.reached(hidden, some)
            if self._open(hidden, some, again, first=True)[0]:
                hidden[cell] = True
            else:
                witness[redo] = again
        return hidden


class Master:
    """Choose the fewest cells such that all inequalities found so far hold."""

    def __init__(self, search: Search):
        self.search = search
        self.rows, self.least, self.nodes = [], [], NODES
        may = search.may
        for line in search.lines:  # a hidden cell needs company in each of its sums (bridgeless)
            cells = line[may[line]]
            for cell in cells:
                row = np.zeros(len(may))
                row[cells] = 1
                row[cell] = -1
                self.rows.append(row)
                self.least.append(0.0)

    def add(self, cuts) -> None:
        for need, level in cuts:
            self.rows.append(np.where(self.search.may, need, 0))
            self.least.append(level)

    def solve(self) -> tuple[np.ndarray | None, float]:
        """The cells chosen (None if not found in NODES) and a lower bound of the cost."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        s = self.search
        done = milp(
            s.cost,
            integrality=np.ones(len(s.cost)),
            bounds=Bounds(s.must.astype(float), s.may.astype(float)),
            constraints=LinearConstraint(csr_array(np.array(self.rows)), np.array(self.least) - CLOSE, np.inf),
            options={"node_limit": max(1, self.nodes), "mip_rel_gap": 0.2 / len(s.cost)},
        )
        self.nodes -= done.mip_node_count or 0
        bound = done.mip_dual_bound if done.mip_dual_bound is not None else float(s.cost[s.must].sum())
        return (None if done.x is None else done.x > 0.5), bound
