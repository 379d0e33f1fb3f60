// "/" leads to the search field, and long lists offer names while one types. Both forms work without.
const pause = 150, shortest = 2;

addEventListener('keydown', event => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input, select, textarea, [contenteditable]')) return;
  const search = document.querySelector('[data-search]');
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

document.addEventListener('input', event => {
  const field = event.target;
  if (!field.dataset?.find) return;
  clearTimeout(field.waiting);
  field.waiting = setTimeout(() => offer(field), pause);
});

async function offer(field) {
  const words = field.value.trim();
  if (words.length < shortest) return;
  const answer = await fetch(`${field.dataset.find}?${new URLSearchParams({ q: words })}`).catch(() => null);
  if (!answer?.ok || answer.redirected || field.value.trim() !== words) return;
  field.list?.replaceChildren(...(await answer.json()).map(name => Object.assign(document.createElement('option'), { value: name })));
}
