// Finds subjects while their name is typed. The search button does the same without this.
const field = document.getElementById('q');
const found = document.getElementById('found');
const form = field?.form;
const pause = 150;
let waiting, latest = 0;

field?.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(find, pause);
});

async function find() {
  const query = field.value.trim(), turn = ++latest;
  const cards = form.method === 'post';
  if (query.length < 2 && !cards) return found.replaceChildren();
  const chosen = form.querySelector('[name=subject]:checked')?.value ?? '';
  const answer = await fetch(`/subjects?${new URLSearchParams({ q: query, subject: chosen, cards })}`).catch(() => null);
  if (!answer?.ok || turn !== latest) return;
  found.innerHTML = await answer.text();
  // The cards now belong to these words, so sending the form is no search.
  if (cards) form.elements.found.value = query;
}
