// A queue that gives the cheapest cell first; a binary heap in two arrays that grow.

export class Queue {
  #cells = new Int32Array(1 << 20);
  #costs = new Float32Array(1 << 20);
  size = 0;

  clear() {
    this.size = 0;
  }

  least() {
    return this.#costs[0];
  }

  push(cell, value) {
    if (this.size === this.#cells.length) this.#grow();
    const [cells, costs] = [this.#cells, this.#costs];
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (costs[parent] <= value) break;
      cells[at] = cells[parent];
      costs[at] = costs[parent];
      at = parent;
    }
    cells[at] = cell;
    costs[at] = value;
  }

  pop() {
    const [cells, costs] = [this.#cells, this.#costs];
    const top = cells[0];
    const cell = cells[--this.size];
    const value = costs[this.size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && costs[child + 1] < costs[child]) child++;
      if (costs[child] >= value) break;
      cells[at] = cells[child];
      costs[at] = costs[child];
      at = child;
    }
    cells[at] = cell;
    costs[at] = value;
    return top;
  }

  #grow() {
    const [cells, costs] = [new Int32Array(2 * this.size), new Float32Array(2 * this.size)];
    cells.set(this.#cells);
    costs.set(this.#costs);
    [this.#cells, this.#costs] = [cells, costs];
  }
}
