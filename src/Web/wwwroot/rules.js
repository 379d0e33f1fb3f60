// Steps of a rule come, go and move without the page jumping: the same buttons, their answer swapped in.
document.addEventListener('submit', async event => {
  const form = event.target, button = event.submitter;
  if (form.id !== 'rule' || !button || button.value === 'save' || form.dataset.plain) return;
  event.preventDefault();
  const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form, button)) }).catch(() => null);
  // Whatever is not the form again is for the browser to show.
  if (!answer?.ok || answer.redirected) {
    form.dataset.plain = 'once';
    return form.requestSubmit(button);
  }
  const there = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('steps');
  document.getElementById('steps').replaceWith(document.adoptNode(there));
  focusAfter(button.value, there);
});

function focusAfter(pressed, steps) {
  const [verb, index] = pressed.split('-');
  const next = { up: Number(index) - 1, down: Number(index) + 1 }[verb];
  const last = steps.querySelectorAll('.rule-step').length - 1;
  const target = verb === 'add' ? steps.querySelector(`[name=vendor-${last}]`)
    : verb === 'together' ? [...steps.querySelectorAll(`[name^="vendor-${index}-"]`)].pop()
    : verb === 'remove' ? steps.querySelector('#add')
    : [steps.querySelector(`#${verb}-${next}`), steps.querySelector(`[name=vendor-${next}]`)].find(found => found && !found.disabled);
  target?.focus();
}
