// The player: twenty-four drawn seconds of a lighthouse at night, and a report of how far the reader watched.
const canvas = document.querySelector("canvas");
const pen = canvas.getContext("2d");
const button = document.querySelector("button");
const bar = document.querySelector("progress");
const clock = document.querySelector("output");
const LENGTH = 24;
let position = Number(localStorage.getItem("scopia_position")) || 0;
let playing = false;
let last = 0;
let reported = -5;

const stars = Array.from({ length: 90 }, (_, n) => [(n * 353) % 1280, (n * 197) % 400, 0.6 + ((n * 7) % 10) / 7]);

function sky() {
  const night = pen.createLinearGradient(0, 0, 0, 470);
  night.addColorStop(0, "#071226");
  night.addColorStop(0.75, "#1c3a5c");
  night.addColorStop(1, "#5b6f86");
  pen.fillStyle = night;
  pen.fillRect(0, 0, 1280, 470);
  pen.fillStyle = "#dfe9f5";
  for (const [x, y, size] of stars) pen.fillRect(x, y, size, size);
}

function sea(time) {
  const water = pen.createLinearGradient(0, 465, 0, 720);
  water.addColorStop(0, "#30506c");
  water.addColorStop(1, "#06101d");
  pen.fillStyle = water;
  pen.fillRect(0, 465, 1280, 255);
  pen.strokeStyle = "#9dbbd41f";
  pen.lineWidth = 2;
  for (let row = 0; row < 16; row++) {
    pen.beginPath();
    const y = 478 + row * row * 0.95;
    for (let x = 0; x <= 1280; x += 20) pen.lineTo(x, y + Math.sin(x / (40 + row * 6) + time * (1 + row / 9) + row) * (1 + row / 3));
    pen.stroke();
  }
}

function ship(time) {
  const x = 1340 - (time / LENGTH) * 1000;
  pen.fillStyle = "#0a1420";
  pen.beginPath();
  pen.moveTo(x, 452);
  pen.lineTo(x + 190, 452);
  pen.lineTo(x + 178, 470);
  pen.lineTo(x + 14, 470);
  pen.fill();
  for (let n = 0; n < 7; n++) pen.fillRect(x + 22 + n * 19, 438 - (n % 3) * 5, 17, 16 + (n % 3) * 5);
  pen.fillRect(x + 158, 420, 22, 34);
  pen.fillStyle = "#ffd98a";
  pen.fillRect(x + 163, 426, 4, 3);
  pen.fillRect(x + 171, 426, 4, 3);
}

function lighthouse(time) {
  const turn = time * 1.3;
  const reach = Math.cos(turn);
  const beam = pen.createRadialGradient(300, 172, 6, 300, 172, 950);
  beam.addColorStop(0, "#fff3c8cc");
  beam.addColorStop(1, "#fff3c800");
  pen.fillStyle = beam;
  pen.beginPath();
  pen.moveTo(300, 172);
  pen.lineTo(300 + reach * 1300, 60 + Math.sin(turn) * 60);
  pen.lineTo(300 + reach * 1300, 250 + Math.sin(turn) * 60);
  pen.fill();
  pen.fillStyle = "#0b131d";
  pen.beginPath();
  pen.moveTo(0, 560);
  pen.bezierCurveTo(120, 480, 220, 470, 330, 478);
  pen.bezierCurveTo(420, 500, 460, 560, 540, 590);
  pen.lineTo(0, 720);
  pen.fill();
  pen.fillStyle = "#e9e2d2";
  pen.beginPath();
  pen.moveTo(272, 480);
  pen.lineTo(284, 200);
  pen.lineTo(316, 200);
  pen.lineTo(328, 480);
  pen.fill();
  pen.fillStyle = "#b23a2e";
  pen.fillRect(280, 270, 40, 52);
  pen.fillRect(276, 372, 48, 52);
  pen.fillStyle = "#121a24";
  pen.fillRect(274, 194, 52, 9);
  pen.fillRect(284, 152, 32, 6);
  pen.beginPath();
  pen.arc(300, 152, 16, Math.PI, 0);
  pen.fill();
  pen.fillStyle = "#fff3c8";
  pen.fillRect(288, 159, 24, 34);
}

function draw() {
  sky();
  sea(position);
  ship(position);
  lighthouse(position);
  bar.value = position;
  clock.textContent = `0:${String(Math.floor(position)).padStart(2, "0")} / 0:${LENGTH}`;
}

function report() {
  localStorage.setItem("scopia_position", position.toFixed(1));
  fetch("/progression", { method: "POST", body: JSON.stringify({ position: Math.round(position) }), keepalive: true }).catch(() => {});
  reported = position;
}

function frame(now) {
  if (!playing) return;
  position = (position + (now - last) / 1000) % LENGTH;
  last = now;
  if (Math.abs(position - reported) >= 5) report();
  draw();
  requestAnimationFrame(frame);
}

button.addEventListener("click", () => {
  playing = !playing;
  button.setAttribute("aria-pressed", String(playing));
  button.setAttribute("aria-label", playing ? "Pause" : "Lecture");
  last = performance.now();
  report();
  requestAnimationFrame(frame);
});

localStorage.setItem("scopia_position", position.toFixed(1));
draw();
