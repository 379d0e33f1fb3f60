// Brings what is new into the page while somebody looks at it.
// What was said once is not part of the address that people keep, nor said again when they come back to it.
if (location.search) history.replaceState(null, '', location.pathname + location.hash);

const parts = ['now', 'timeline'];
const every = 10_000;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { cache: 'no-store' }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const id of parts) {
    const here = document.getElementById(id), there = fresh.getElementById(id);
    if (here && there && here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
  }
  // A request that is over changes no more; its page comes without this script.
  if (!fresh.querySelector('script[src*="status"]')) clearInterval(timer);
}

const timer = setInterval(refresh, every);
document.addEventListener('visibilitychange', refresh);
