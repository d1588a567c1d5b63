// Routes a board: pads in, tracks and vias out, as JSON. Called by hardware/tools/layout.py; deterministic.
//
// A* on a grid of 0.1 mm over the two outer layers, one connection after the other, with rip-up by negotiation: a track
// may cross another at a price, both are taken up again, and the price of a contested cell rises until nobody wants
// it (the idea of PathFinder, McMurchie and Ebeling 1995). A net has a width; where only a narrow track fits, it necks
// down, at a price. Pads of a net that has a plane go to the plane by a short track and a via.

import { readFileSync, writeFileSync } from "node:fs";

import { CLEARANCE, GRID, OPEN_STATE, SLACK, VIA, standing } from "./grid.mjs";
import { Queue } from "./queue.mjs";

const NARROW = 0.2;
const COST = { straight: 10, diagonal: 14, via: 120, neck: 30 };
const PASSES = 60;

const board = JSON.parse(readFileSync(process.argv[2], "utf8"));
const widths = [...new Set([NARROW, ...board.nets.map((net) => net.width)])].sort((a, b) => a - b);
const VIA_CLASS = widths.length;
const half = [...widths.map((width) => width / 2), VIA.diameter / 2];

const { columns, rows, area, still } = standing(board, half);

// --- what moves: how many routed nets are too near to a cell, for each class; and what a cell has cost so far
const busy = half.map(() => new Uint8Array(2 * area));
const past = new Float32Array(2 * area);
const discs = half.map((mine) => half.map((other) => disc(mine + other + CLEARANCE + SLACK)));
const seen = half.map(() => new Int32Array(2 * area));
let round = 0;

function disc(reach) {
  const size = Math.ceil(reach / GRID);
  const found = [];
  for (let y = -size; y <= size; y++) for (let x = -size; x <= size; x++) if (Math.hypot(x, y) * GRID < reach) found.push([y, x]);
  return found;
}

function stamp(route, change) {
  round++;
  for (const { cell, kind, via } of route.places) {
    mark(cell % area, [Math.floor(cell / area)], kind, change);
    if (via) mark(cell % area, [0, 1], VIA_CLASS, change);
  }
}

function mark(flat, layers, kind, change) {
  const y = Math.floor(flat / columns);
  const x = flat % columns;
  for (let other = 0; other < half.length; other++) {
    for (const [dy, dx] of discs[kind][other]) {
      if (y + dy < 0 || x + dx < 0 || y + dy >= rows || x + dx >= columns) continue;
      for (const layer of layers) {
        const at = layer * area + (y + dy) * columns + x + dx;
        if (seen[other][at] === round) continue;
        seen[other][at] = round;
        busy[other][at] += change;
      }
    }
  }
}

// --- one connection: from a set of cells to the nearest of others, or to any place for a via
const cost = new Float32Array(2 * area);
const known = new Int32Array(2 * area);
const goalOf = new Int32Array(2 * area);
const from = new Int32Array(2 * area);
let search = 0;
const queue = new Queue();

const WAYS = [];
for (const dy of [-1, 0, 1]) {
  for (const dx of [-1, 0, 1]) {
    if (dy || dx) WAYS.push([dy * columns + dx, dy && dx ? COST.diagonal : COST.straight]);
  }
}

const free = (kind, cell, net) => still[kind][cell] === OPEN_STATE || still[kind][cell] === net;

function kindAt(cell, net, wide) {
  return wide && free(wide, cell, net) && busy[wide][cell] === 0 ? wide : 0;
}

// What a track of this net pays for a cell; Infinity where it cannot be.
function price(cell, net, wide, pressure) {
  if (!free(0, cell, net)) return Infinity;
  const kind = kindAt(cell, net, wide);
  return past[cell] + (wide && !kind ? COST.neck : 0) + busy[kind][cell] * pressure;
}

function viaPrice(cell, net, vias, pressure, within) {
  const flat = cell % area;
  if (within && !within[flat]) return Infinity;
  if (!free(VIA_CLASS, flat, net) || !free(VIA_CLASS, flat + area, net)) return Infinity;
  const y = Math.floor(flat / columns);
  const x = flat % columns;
  for (const [vy, vx] of vias) if (Math.hypot(y - vy, x - vx) * GRID < 0.65) return Infinity;
  return past[flat] + past[flat + area] + (busy[VIA_CLASS][flat] + busy[VIA_CLASS][flat + area]) * pressure;
}

function connect(start, goals, { net, wide, within }, vias, pressure) {
  search++;
  queue.clear();
  let [top, bottom, left, right] = [Infinity, -1, Infinity, -1];
  for (const cell of goals) {
    goalOf[cell] = search;
    const y = Math.floor((cell % area) / columns);
    const x = (cell % area) % columns;
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
  }
  const ahead = (cell) => {
    if (!goals.length) return 0;
    const y = Math.floor((cell % area) / columns);
    const x = (cell % area) % columns;
    const dy = Math.max(top - y, 0, y - bottom);
    const dx = Math.max(left - x, 0, x - right);
    return 10 * Math.max(dy, dx) + 4 * Math.min(dy, dx);
  };
  for (const cell of start) {
    if (known[cell] === search || !free(0, cell, net)) continue;
    known[cell] = search;
    cost[cell] = 0;
    from[cell] = -1;
    queue.push(cell, ahead(cell));
  }
  while (queue.size) {
    const value = queue.least();
    const cell = queue.pop();
    if (value > cost[cell] + ahead(cell) + 0.01) continue;
    if (goals.length ? goalOf[cell] === search : from[cell] >= 0 && from[cell] % area === cell % area) return path(cell);
    const at = (cell % area) % columns;
    if (at === 0 || at === columns - 1) continue;
    for (const [step, length] of WAYS) {
      const next = cell + step;
      const paid = price(next, net, wide, pressure);
      if (paid === Infinity) continue;
      const total = cost[cell] + length + paid * (length / 10);
      if (known[next] === search && total >= cost[next]) continue;
      known[next] = search;
      cost[next] = total;
      from[next] = cell;
      queue.push(next, total + ahead(next));
    }
    if (from[cell] >= 0 && from[cell] % area === cell % area) continue;
    const other = cell < area ? cell + area : cell - area;
    const paid = viaPrice(cell, net, vias, pressure, goals.length ? undefined : within) + (goals.length ? (free(0, other, net) ? 0 : Infinity) : 0);
    const total = cost[cell] + COST.via + paid;
    if (total < Infinity && (known[other] !== search || total < cost[other])) {
      known[other] = search;
      cost[other] = total;
      from[other] = cell;
      queue.push(other, total + ahead(other));
    }
  }
  return null;
}

function path(end) {
  const found = [];
  for (let cell = end; cell >= 0; cell = from[cell]) found.push(cell);
  return found.reverse();
}

// --- nets: one route each, and one for each pad that goes to a plane
const pads = new Map(board.nets.map((net) => [net.code, board.pads.filter((pad) => pad.net === net.code && pad.cells.length)]));
const jobs = [];
for (const net of board.nets) {
  const mine = pads.get(net.code);
  const wide = widths.indexOf(net.width);
  const within = board.zones.find((zone) => zone.net === net.code)?.inside;
  if (net.plane) {
    for (const pad of mine) {
      if (!pad.drill && !pad.through) jobs.push({ net: net.code, name: `${net.name} ${pad.name}`, wide, within, pads: [pad], vias: pad.vias });
    }
  } else if (mine.length > 1) {
    jobs.push({ net: net.code, name: net.name, wide, pads: mine, vias: 0 });
  }
}
const span = (job) => {
  const xs = job.pads.map((pad) => pad.points[0][0]);
  const ys = job.pads.map((pad) => pad.points[0][1]);
  return Math.max(...xs) - Math.min(...xs) + Math.max(...ys) - Math.min(...ys);
};
jobs.sort((a, b) => span(a) - span(b) || (a.name < b.name ? -1 : 1));

function planeVias(net) {
  return jobs.filter((job) => job.net === net && job.route).flatMap((job) => job.route.viaPlaces);
}

function routed(job, pressure) {
  const route = { paths: [], places: [], viaPlaces: [], missing: 0 };
  const others = planeVias(job.net);
  const add = (cells) => {
    route.paths.push(cells.map((cell) => [cell, kindAt(cell, job.net, job.wide)]));
    cells.forEach((cell, i) => {
      const via = i > 0 && cells[i - 1] % area === cell % area;
      route.places.push({ cell, kind: kindAt(cell, job.net, job.wide), via });
      if (via) route.viaPlaces.push([Math.floor((cell % area) / columns), (cell % area) % columns]);
    });
  };
  if (job.vias) {
    for (let i = 0; i < job.vias; i++) {
      const cells = connect(job.pads[0].cells, [], job, [...others, ...route.viaPlaces], pressure);
      if (cells) add(cells);
      else if (i === 0) route.missing++;
    }
    return route;
  }
  const joined = [...job.pads[0].cells];
  const left = new Set(job.pads.slice(1));
  while (left.size) {
    const goals = [...left].flatMap((pad) => pad.cells);
    const cells = connect(joined, goals, job, route.viaPlaces, pressure);
    if (!cells) {
      route.missing += left.size;
      break;
    }
    add(cells);
    joined.push(...cells);
    const end = cells[cells.length - 1];
    for (const pad of left) {
      if (pad.cells.includes(end)) {
        joined.push(...pad.cells);
        left.delete(pad);
      }
    }
  }
  return route;
}

function contested(job) {
  stamp(job.route, -1);
  const cells = job.route.places.filter(({ cell, kind, via }) =>
    busy[kind][cell] || (via && (busy[VIA_CLASS][cell % area] || busy[VIA_CLASS][(cell % area) + area])),
  );
  stamp(job.route, 1);
  return cells;
}

let pressure = 30;
let todo = jobs;
for (let pass = 0; pass < PASSES && todo.length; pass++) {
  for (const job of todo) {
    if (job.route) stamp(job.route, -1);
    job.route = undefined;
    job.route = routed(job, pressure);
    stamp(job.route, 1);
  }
  const fights = jobs.map((job) => [job, contested(job)]).filter(([, cells]) => cells.length);
  for (const [, cells] of fights) for (const { cell } of cells) past[cell] += 4;
  todo = fights.map(([job]) => job);
  pressure = Math.min(pressure * 1.4, 4000);
  const missing = jobs.reduce((sum, job) => sum + job.route.missing, 0);
  console.error(`pass ${pass}: ${todo.length} of ${jobs.length} contested, ${missing} open`);
  if (!todo.length) break;
}

// --- out: straight pieces of one width, and vias
const tracks = [];
const vias = [];
const at = (cell) => [round3(((cell % area) % columns) * GRID), round3(Math.floor((cell % area) / columns) * GRID)];
const round3 = (value) => Math.round(value * 1000) / 1000;
for (const job of jobs) {
  for (const cells of job.route.paths) {
    let begin = 0;
    for (let i = 1; i < cells.length; i++) {
      const [cell] = cells[i];
      const [last] = cells[i - 1];
      if (cell % area === last % area) {
        vias.push({ net: job.net, at: at(cell) });
        begin = i;
        continue;
      }
      const next = cells[i + 1];
      const goesOn = next && next[0] - cell === cell - last && kindOf(cells, i) === kindOf(cells, i + 1);
      if (!goesOn) {
        tracks.push({ net: job.net, layer: Math.floor(cell / area), from: at(cells[begin][0]), to: at(cell), width: widths[kindOf(cells, i)] });
        begin = i;
      }
    }
  }
}

// A piece is as wide as the narrower of its two ends.
function kindOf(cells, i) {
  return Math.min(cells[i][1], cells[i - 1][1]);
}

const open = jobs.filter((job) => job.route.missing).map((job) => job.name);
const fighting = todo.map((job) => job.name);
writeFileSync(process.argv[3], JSON.stringify({ tracks, vias, open, fighting }));
console.error(`${tracks.length} tracks, ${vias.length} vias, open: ${open.join(", ") || "none"}, contested: ${fighting.join(", ") || "none"}`);
process.exit(open.length || fighting.length ? 1 : 0);
