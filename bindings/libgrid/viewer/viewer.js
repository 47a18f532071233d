// The viewer: draws the layers of the page's data on a canvas. No library, no request, no state but what is on the screen.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const canvas = document.getElementById("map");
  const pen = canvas.getContext("2d");
  const tip = document.getElementById("tip");
  const legend = document.getElementById("legend");
  const [west, south, east, north] = data.bounds; // in whole decimetres from the origin
  let view = null; // x, y: the place at the canvas's top left; step: decimetres a pixel
  let frame = 0;
  let chosen = null; // {layer, row} of the last search

  // Coordinates come as differences in decimetres; y grows to the north there, and downwards here.
  for (const layer of data.layers) {
    layer.shapes = layer.shapes.map((parts) => {
      const path = new Path2D();
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (const part of parts) {
        let x = 0;
        let y = 0;
        for (let i = 0; i < part.length; i += 2) {
          x += part[i];
          y += part[i + 1];
          if (i === 0) path.moveTo(x, -y);
          else path.lineTo(x, -y);
          box[0] = Math.min(box[0], x);
          box[1] = Math.min(box[1], -y);
          box[2] = Math.max(box[2], x);
          box[3] = Math.max(box[3], -y);
        }
        if (layer.kind === "area") path.closePath();
      }
      return { path, box };
    });
    layer.column = layer.columns.length ? layer.columns[0].name : null;
  }

  function fit() {
    const pixels = [canvas.clientWidth, canvas.clientHeight];
    const step = Math.max((east - west) / (pixels[0] * 0.94), (north - south) / (pixels[1] * 0.94), 0.05);
    view = { x: (west + east - pixels[0] * step) / 2, y: (-north - south - pixels[1] * step) / 2, step };
  }

  function columnOf(layer) {
    return layer.columns.find((column) => column.name === layer.column) || null;
  }

  function colourOf(layer, row) {
    const column = columnOf(layer);
    if (column === null) return layer.colour;
    const value = column.values[row];
    if (value === null) return "#e4e4e4";
    if (column.colours) return column.colours[row];
    let at = 0;
    while (at < column.breaks.length && value > column.breaks[at]) at += 1;
    return column.palette[at];
  }

  function seen(box) {
    const right = view.x + canvas.clientWidth * view.step;
    const bottom = view.y + canvas.clientHeight * view.step;
    return box[2] >= view.x && box[0] <= right && box[3] >= view.y && box[1] <= bottom;
  }

  function draw() {
    frame = 0;
    const ratio = window.devicePixelRatio || 1;
    const size = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = "#fbfbf8";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const zoom = ratio / view.step;
    pen.setTransform(zoom, 0, 0, zoom, -view.x * zoom, -view.y * zoom);
    for (const layer of data.layers) {
      if (!layer.visible) continue;
      layer.shapes.forEach((shape, row) => {
        if (!seen(shape.box)) return;
        const marked = chosen !== null && chosen.layer === layer && chosen.row === row;
        if (layer.kind === "point") {
          pen.beginPath();
          pen.arc(shape.box[0], shape.box[1], layer.size * view.step, 0, 7);
          pen.fillStyle = marked ? "#D55E00" : colourOf(layer, row);
          pen.fill();
          if (layer.size > 2) {
            pen.lineWidth = 1.2 * view.step;
            pen.strokeStyle = "#fff";
            pen.stroke();
          }
          return;
        }
        if (layer.kind === "area" && !layer.hollow) {
          pen.fillStyle = colourOf(layer, row);
          pen.fill(shape.path, "evenodd");
        }
        pen.lineWidth = (marked ? 4 : layer.width) * view.step;
        pen.strokeStyle = marked ? "#D55E00" : layer.stroke;
        pen.stroke(shape.path);
      });
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawScale();
  }

  function drawScale() {
    const longest = 16 * view.step; // metres in 160 pixels
    const power = 10 ** Math.floor(Math.log10(longest));
    const metres = power * [5, 2, 1].find((factor) => factor * power <= longest);
    const width = (metres * 10) / view.step;
    const bottom = canvas.clientHeight - 16;
    pen.fillStyle = "#222";
    pen.fillRect(16, bottom, width, 4);
    pen.font = "12px sans-serif";
    pen.fillText(metres >= 1000 ? `${metres / 1000} km` : `${metres} m`, 16, bottom - 5);
  }

  const ask = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };

  function rowAt(x, y) {
    const place = [view.x + x * view.step, view.y + y * view.step];
    for (const layer of [...data.layers].reverse()) {
      if (!layer.visible) continue;
      const reach = (layer.kind === "point" ? layer.size + 3 : 4) * view.step;
      for (let row = layer.shapes.length - 1; row >= 0; row -= 1) {
        const { path, box } = layer.shapes[row];
        const near = layer.kind === "area" ? 0 : reach;
        if (place[0] < box[0] - near || place[0] > box[2] + near) continue;
        if (place[1] < box[1] - near || place[1] > box[3] + near) continue;
        if (layer.kind === "point") return { layer, row };
        pen.setTransform(1, 0, 0, 1, 0, 0);
        if (layer.kind === "area" && !layer.hollow && pen.isPointInPath(path, place[0], place[1], "evenodd"))
          return { layer, row };
        if (layer.kind === "line" && layer.fields.length > 0) {
          pen.lineWidth = 2 * reach;
          if (pen.isPointInStroke(path, place[0], place[1])) return { layer, row };
        }
      }
    }
    return null;
  }

  function tell(found, x, y) {
    if (found === null) {
      tip.hidden = true;
      return;
    }
    tip.replaceChildren();
    const head = document.createElement("b");
    head.textContent = found.layer.title;
    tip.append(head);
    for (const field of [...found.layer.fields, ...found.layer.columns]) {
      const value = field.values[found.row];
      if (value === null || value === "") continue;
      const line = document.createElement("div");
      line.textContent = `${field.title}: ${typeof value === "number" ? Number(value.toPrecision(6)) : value}`;
      tip.append(line);
    }
    tip.hidden = false;
    tip.style.left = `${Math.min(x + 14, canvas.clientWidth - 220)}px`;
    tip.style.top = `${Math.min(y + 14, canvas.clientHeight - tip.offsetHeight - 8)}px`;
  }

  function drawLegend() {
    legend.replaceChildren();
    for (const layer of data.layers) {
      const column = columnOf(layer);
      if (!layer.visible || column === null || column.colours) continue;
      const head = document.createElement("b");
      head.textContent = column.title;
      legend.append(head);
      column.palette.forEach((colour, i) => {
        const line = document.createElement("div");
        const patch = document.createElement("i");
        patch.style.background = colour;
        const low = i === 0 ? "" : `> ${column.breaks[i - 1]}`;
        const high = i === column.breaks.length ? "" : `≤ ${column.breaks[i]}`;
        line.append(patch, [low, high].filter(Boolean).join(", "));
        legend.append(line);
      });
    }
  }

  function drawControls() {
    const box = document.getElementById("layers");
    for (const layer of [...data.layers].reverse()) {
      const label = document.createElement("label");
      const tick = document.createElement("input");
      tick.type = "checkbox";
      tick.checked = layer.visible;
      tick.addEventListener("change", () => {
        layer.visible = tick.checked;
        drawLegend();
        ask();
      });
      label.append(tick, ` ${layer.title} (${layer.shapes.length})`);
      box.append(label);
      if (layer.columns.length > 1) {
        const select = document.createElement("select");
        select.setAttribute("aria-label", words.colour);
        for (const column of layer.columns) select.append(new Option(column.title, column.name));
        select.addEventListener("change", () => {
          layer.column = select.value;
          drawLegend();
          ask();
        });
        box.append(select);
      }
    }
  }

  function search(text) {
    const wanted = text.trim().toLowerCase();
    const status = document.getElementById("found");
    status.textContent = "";
    chosen = null;
    if (wanted !== "") {
      for (const layer of data.layers) {
        for (const field of layer.fields) {
          const row = field.values.findIndex((value) => String(value).toLowerCase() === wanted);
          if (row < 0) continue;
          chosen = { layer, row };
          layer.visible = true;
          const { box } = layer.shapes[row];
          const step = Math.max((box[2] - box[0]) / canvas.clientWidth, (box[3] - box[1]) / canvas.clientHeight) * 4;
          const scale = Math.max(step, 2);
          view = {
            x: (box[0] + box[2] - canvas.clientWidth * scale) / 2,
            y: (box[1] + box[3] - canvas.clientHeight * scale) / 2,
            step: scale,
          };
          status.textContent = `${layer.title} ${field.values[row]}`;
          break;
        }
        if (chosen !== null) break;
      }
      if (chosen === null) status.textContent = words.none;
    }
    ask();
  }

  function zoomAt(x, y, factor) {
    const place = [view.x + x * view.step, view.y + y * view.step];
    const step = Math.min(Math.max(view.step * factor, 0.05), ((east - west + north - south) / 200) * 4 + 10);
    view = { x: place[0] - x * step, y: place[1] - y * step, step };
    ask();
  }

  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    held = [event.clientX, event.clientY];
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointerup", () => {
    held = null;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held !== null) {
      view.x -= (event.clientX - held[0]) * view.step;
      view.y -= (event.clientY - held[1]) * view.step;
      held = [event.clientX, event.clientY];
      tip.hidden = true;
      ask();
      return;
    }
    tell(rowAt(event.offsetX, event.offsetY), event.offsetX, event.offsetY);
  });
  canvas.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      zoomAt(event.offsetX, event.offsetY, event.deltaY > 0 ? 1.2 : 1 / 1.2);
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => {
    const pan = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] }[event.key];
    const middle = [canvas.clientWidth / 2, canvas.clientHeight / 2];
    if (pan) {
      view.x += pan[0] * view.step;
      view.y += pan[1] * view.step;
    } else if (event.key === "+" || event.key === "=") zoomAt(...middle, 1 / 1.2);
    else if (event.key === "-") zoomAt(...middle, 1.2);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
    ask();
  });
  document.getElementById("search").addEventListener("change", (event) => search(event.target.value));
  document.getElementById("whole").addEventListener("click", () => {
    fit();
    ask();
  });
  window.addEventListener("resize", ask);
  drawControls();
  drawLegend();
  fit();
  draw();
})();
