// Copies what stands in a field, and prints a sheet.
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  const label = button.textContent;
  button.hidden = false;
  button.setAttribute('aria-live', 'polite');
  button.addEventListener('click', async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    button.textContent = await navigator.clipboard.writeText(field.value).then(() => 'Copied', () => 'Press Ctrl+C');
    setTimeout(() => { button.textContent = label; }, 2_000);
  });
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
