/**
 * State events: when, within a step just made, the first mode stops holding its value. Bracketing with the Illinois rule on
 * the smallest guard, landing on the far side, where the mode's own test sees the change.
 */
import type { Engine } from "./engine.ts";
import type { Integrator } from "./integrators/integrator.ts";

export interface Crossing {
  readonly t: number;
  readonly modes: readonly number[];
}

export interface CrossingSearch {
  /** The first change in (from, to], or undefined. Memory is settled there, or at `to`. */
  find(from: number, to: number): Crossing | undefined;
}

const looks = 4;

export function createCrossingSearch(engine: Engine, integrator: Integrator): CrossingSearch {
  const distance = new Float64Array(engine.modeCount);

  function smallest(t: number): number {
    integrator.at(t);
    engine.settle();
    engine.guards(distance);
    let least = Number.POSITIVE_INFINITY;
    for (const d of distance) if (d < least) least = d;
    return least;
  }

  return {
    find(from, to) {
      // A mode may change and change back within one step: a few looks inside it.
      let a = from;
      let b = from;
      let atB = 0;
      for (let look = 1; look <= looks; look++) {
        a = b;
        b = look === looks ? to : from + (look / looks) * (to - from);
        atB = smallest(b);
        if (atB < 0) break;
      }
      if (!(atB < 0)) return undefined;
      let atA = smallest(a);
      if (atA < 0) {
        // It did not even hold at the start: the change is now.
        b = a;
        atB = atA;
      }
      let side = 0;
      for (let i = 0; i < 100 && b - a > 4.4e-16 * Math.max(Math.abs(a), Math.abs(b)); i++) {
        // Halving now and then keeps the bracket shrinking where the guard is flat or jumps.
        let c = i % 4 === 3 ? a + (b - a) / 2 : (a * atB - b * atA) / (atB - atA);
        if (!(c > a && c < b)) c = a + (b - a) / 2;
        if (!(c > a && c < b)) break;
        const atC = smallest(c);
        if (atC < 0) {
          b = c;
          atB = atC;
          if (side === -1) atA /= 2;
          side = -1;
        } else {
          a = c;
          atA = atC;
          if (side === 1) atB /= 2;
          side = 1;
        }
      }
      smallest(b);
      const modes: number[] = [];
      distance.forEach((d, k) => {
        if (d < 0) modes.push(k);
      });
      return { t: b, modes };
    },
  };
}
