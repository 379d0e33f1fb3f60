// Says how far the file is, and shows the page again when it is ready.
const bar = document.getElementById("archive-progress");
const percent = document.getElementById("archive-percent");

async function look() {
  const answer = await fetch("/leave/archive", { headers: { accept: "application/json" } }).catch(() => null);
  if (answer?.ok) {
    const far = await answer.json();
    if (far.ready) {
      location.reload();
      return;
    }
    bar.value = far.percent;
    percent.textContent = far.percent;
  }
  setTimeout(look, 2000);
}

if (bar) setTimeout(look, 1000);
