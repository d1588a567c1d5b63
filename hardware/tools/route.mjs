// Routes a board: pads in, tracks and vias out, as JSON. Called by hardware/tools/layout.py; deterministic.
//
// A* on a grid of 0.1 mm over the two outer layers, one connection after the other, with rip-up by negotiation: a track
// may cross another at a price, both are taken up again, and the price of a contested cell rises until nobody wants
// it (the idea of PathFinder, McMurchie and Ebeling 1995). A net has a width; where only a narrow track fits, it necks
// down, at a price. Pads of a net that has a plane go to the plane by a short track and a via.

import { readFileSync, writeFileSync } from "node:fs";

const GRID = 0.1;
const CLEARANCE = 0.2;
const HOLE_GAP = 0.26;
const NARROW = 0.2;
const VIA = { diameter: 0.6, drill: 0.3 };
const EDGE = 0.5;
const SLACK = 0.012; // what rounding to the grid may cost
const COST = { straight: 10, diagonal: 14, via: 120, neck: 30 };
const PASSES = 60;
const OPEN_STATE = 0;
const BLOCKED = -1;

const board = JSON.parse(readFileSync(process.argv[2], "utf8"));
const columns = Math.round(board.width / GRID) + 1;
const rows = Math.round(board.height / GRID) + 1;
const area = columns * rows;
const widths = [...new Set([NARROW, ...board.nets.map((net) => net.width)])].sort((a, b) => a - b);
const VIA_CLASS = widths.length;
const half = [...widths.map((width) => width / 2), VIA.diameter / 2];

// --- what stands still: for each class of half width, the net that owns a cell, or nobody, or everybody
const still = half.map(() => new Int16Array(2 * area));

function own(map, cell, net) {
  map[cell] = map[cell] === OPEN_STATE || map[cell] === net ? net : BLOCKED;
}

function distance(points, x, y) {
  let inside = false;
  let least = Infinity;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [ax, ay] = points[j];
    const [bx, by] = points[i];
    if (ay > y !== by > y && x < ((ax - bx) * (y - by)) / (ay - by) + bx) inside = !inside;
    const t = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2 || 1)));
    least = Math.min(least, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)));
  }
  return inside ? 0 : least;
}

function near(points, reach, visit) {
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  const x1 = Math.min(columns - 1, Math.ceil((Math.max(...xs) + reach) / GRID));
  const y1 = Math.min(rows - 1, Math.ceil((Math.max(...ys) + reach) / GRID));
  for (let y = Math.max(0, Math.floor((Math.min(...ys) - reach) / GRID)); y <= y1; y++) {
    for (let x = Math.max(0, Math.floor((Math.min(...xs) - reach) / GRID)); x <= x1; x++) {
      visit(y * columns + x, distance(points, x * GRID, y * GRID));
    }
  }
}

for (const pad of board.pads) {
  const reach = Math.max(...half) + HOLE_GAP + SLACK;
  pad.cells = [];
  const gap = pad.drill && !pad.net ? HOLE_GAP : CLEARANCE; // a hole without a net may be without copper
  for (const layer of pad.layers) {
    near(pad.points, reach, (cell, far) => {
      for (let kind = 0; kind < half.length; kind++) {
        if (far < half[kind] + gap + SLACK) own(still[kind], layer * area + cell, pad.net || BLOCKED);
      }
      if (far === 0) pad.cells.push(layer * area + cell);
      const keep = pad.drill ? VIA.drill / 2 + 0.25 + 0.05 : VIA.diameter / 2 + 0.05;
      if (far < keep) still[VIA_CLASS][layer * area + cell] = BLOCKED;
    });
  }
  if (pad.drill) {
    near(pad.points, 0.8, (cell, far) => {
      if (far < VIA.diameter / 2 + CLEARANCE) for (const layer of [0, 1]) still[VIA_CLASS][layer * area + cell] = BLOCKED;
    });
  }
}
// An area of a net on the back: others keep out, and the pads of the net go down into it.
for (const zone of board.zones) {
  zone.inside = new Uint8Array(area);
  near(zone.points, 1.5, (cell, far) => {
    if (far < 0.01) zone.inside[cell] = 1;
    for (let kind = 0; kind < half.length; kind++) {
      if (far < half[kind] + 0.3) own(still[kind], area + cell, zone.net);
    }
  });
}
for (const keepout of board.keepouts) {
  near(keepout.points, 1.5, (cell, far) => {
    for (const layer of [0, 1]) {
      for (let kind = 0; kind < half.length; kind++) {
        if (far < half[kind] + keepout.clearance) still[kind][layer * area + cell] = BLOCKED;
      }
    }
  });
}
for (let kind = 0; kind < half.length; kind++) {
  const reach = Math.ceil((EDGE + half[kind]) / GRID);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      if (x < reach || y < reach || x >= columns - reach || y >= rows - reach) {
        still[kind][y * columns + x] = still[kind][area + y * columns + x] = BLOCKED;
      }
    }
  }
}

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
let heapCell = new Int32Array(1 << 20);
let heapCost = new Float32Array(1 << 20);
let heapSize = 0;

function push(cell, value) {
  if (heapSize === heapCell.length) {
    const cells = new Int32Array(heapSize * 2);
    const costs = new Float32Array(heapSize * 2);
    cells.set(heapCell);
    costs.set(heapCost);
    heapCell = cells;
    heapCost = costs;
  }
  let at = heapSize++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heapCost[parent] <= value) break;
    heapCell[at] = heapCell[parent];
    heapCost[at] = heapCost[parent];
    at = parent;
  }
  heapCell[at] = cell;
  heapCost[at] = value;
}

function pop() {
  const top = heapCell[0];
  const cell = heapCell[--heapSize];
  const value = heapCost[heapSize];
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heapSize) break;
    if (child + 1 < heapSize && heapCost[child + 1] < heapCost[child]) child++;
    if (heapCost[child] >= value) break;
    heapCell[at] = heapCell[child];
    heapCost[at] = heapCost[child];
    at = child;
  }
  heapCell[at] = cell;
  heapCost[at] = value;
  return top;
}

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
  heapSize = 0;
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
    push(cell, ahead(cell));
  }
  while (heapSize) {
    const value = heapCost[0];
    const cell = pop();
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
      push(next, total + ahead(next));
    }
    if (from[cell] >= 0 && from[cell] % area === cell % area) continue;
    const other = cell < area ? cell + area : cell - area;
    const paid = viaPrice(cell, net, vias, pressure, goals.length ? undefined : within) + (goals.length ? (free(0, other, net) ? 0 : Infinity) : 0);
    const total = cost[cell] + COST.via + paid;
    if (total < Infinity && (known[other] !== search || total < cost[other])) {
      known[other] = search;
      cost[other] = total;
      from[other] = cell;
      push(other, total + ahead(other));
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
