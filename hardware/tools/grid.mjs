// The board as a grid: which net, if any, a track of some width or a via may belong to at each place.

export const GRID = 0.1;
export const CLEARANCE = 0.2;
export const VIA = { diameter: 0.6, drill: 0.3 };
export const SLACK = 0.012; // what rounding to the grid may cost
export const OPEN_STATE = 0;
const BLOCKED = -1;
const HOLE_GAP = 0.26;
const EDGE = 0.5;

// For each class of half width (the last is the via) a map of two layers: the net that owns a cell, nobody, or
// everybody. Pads get the cells that they cover, zones those that lie inside.
export function standing(board, half) {
  const columns = Math.round(board.width / GRID) + 1;
  const rows = Math.round(board.height / GRID) + 1;
  const area = columns * rows;
  const grid = { columns, rows, area, still: half.map(() => new Int16Array(2 * area)) };
  pads(board, half, grid);
  zones(board, half, grid);
  keepouts(board, half, grid);
  edges(board, half, grid);
  return grid;
}

// Pads hold off other nets; no via comes into a pad or near a hole.
function pads(board, half, grid) {
  const { area, still } = grid;
  for (const pad of board.pads) {
    const reach = Math.max(...half) + HOLE_GAP + SLACK;
    pad.cells = [];
    const gap = pad.drill && !pad.net ? HOLE_GAP : CLEARANCE; // a hole without a net may be without copper
    for (const layer of pad.layers) {
      near(grid, pad.points, reach, (cell, far) => {
        for (let kind = 0; kind < half.length; kind++) {
          if (far < half[kind] + gap + SLACK) own(still[kind], layer * area + cell, pad.net || BLOCKED);
        }
        if (far === 0) pad.cells.push(layer * area + cell);
        const keep = pad.drill ? VIA.drill / 2 + 0.25 + 0.05 : VIA.diameter / 2 + 0.05;
        if (far < keep) still[half.length - 1][layer * area + cell] = BLOCKED;
      });
    }
    if (pad.drill) {
      near(grid, pad.points, 0.8, (cell, far) => {
        if (far < VIA.diameter / 2 + CLEARANCE) for (const layer of [0, 1]) still[half.length - 1][layer * area + cell] = BLOCKED;
      });
    }
  }
}

// An area of a net on the back: others keep out, and the pads of the net go down into it.
function zones(board, half, grid) {
  const { area, still } = grid;
  for (const zone of board.zones) {
    zone.inside = new Uint8Array(area);
    near(grid, zone.points, 1.5, (cell, far) => {
      if (far < 0.01) zone.inside[cell] = 1;
      for (let kind = 0; kind < half.length; kind++) {
        if (far < half[kind] + 0.3) own(still[kind], area + cell, zone.net);
      }
    });
  }
}

// Nothing comes into these.
function keepouts(board, half, grid) {
  const { area, still } = grid;
  for (const keepout of board.keepouts) {
    near(grid, keepout.points, 1.5, (cell, far) => {
      for (const layer of [0, 1]) {
        for (let kind = 0; kind < half.length; kind++) {
          if (far < half[kind] + keepout.clearance) still[kind][layer * area + cell] = BLOCKED;
        }
      }
    });
  }
}

// Nothing comes near the edge.
function edges(board, half, grid) {
  const { columns, rows, area, still } = grid;
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
}

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

function near({ columns, rows }, points, reach, visit) {
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
