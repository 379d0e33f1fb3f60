// Keeps what is on the page as it is in the ledger, and says truthfully whether it does.
const live = document.getElementById('live');
const source = live.dataset.from ?? '/board/slips';
const parts = (live.dataset.parts ?? 'board').split(' ');
const title = document.title;
const silence = 45_000, stale = 60_000, again = 5_000;
let stream, watchdog, version, fetchedAt = Date.now(), reading = false, missed = false;

function say(isLive) {
  live.hidden = false;
  live.classList.toggle('on', isLive);
  const words = isLive ? 'Live' : 'Not live, trying again';
  if (live.textContent !== words) live.textContent = words;
}

function connect() {
  stop();
  stream = new EventSource('/board/events');
  stream.addEventListener('version', event => {
    say(true);
    watch(silence);
    const changed = version === undefined ? String(parts.includes('board') && document.getElementById('board').dataset.version) !== event.data : version !== event.data;
    version = event.data;
    if (changed || Date.now() - fetchedAt > stale) refresh();
  });
  // The browser tries again by itself unless it was refused; then we do.
  stream.addEventListener('error', () => {
    say(false);
    if (stream?.readyState === EventSource.CLOSED) watch(again);
  });
  watch(silence);
}

function watch(after) {
  clearTimeout(watchdog);
  watchdog = setTimeout(() => { say(false); connect(); refresh(); }, after);
}

function stop() {
  clearTimeout(watchdog);
  stream?.close();
  stream = undefined;
}

async function refresh() {
  if (reading) return missed = true;
  reading = true;
  const answer = await fetch(source, { cache: 'no-store' }).catch(() => null);
  const page = answer?.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
  reading = false;
  // Signed out elsewhere: the page itself leads to where one signs in.
  if (answer?.redirected) return location.reload();
  if (page) {
    fetchedAt = Date.now();
    parts.forEach(id => swap(document.getElementById(id), page.getElementById(id)));
  } else {
    say(false);
    version = null;
  }
  if (missed) { missed = false; refresh(); }
}

function swap(here, there) {
  if (!here || !there) return;
  const held = here.contains(document.activeElement) ? document.activeElement.id : null;
  here.replaceWith(document.adoptNode(there));
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
  if (there.dataset.title !== undefined) document.title = there.dataset.title + title;
  const news = document.getElementById('news');
  if (news && there.dataset.news && news.textContent !== there.dataset.news) news.textContent = there.dataset.news;
}

// Browsers hold few connections to one host, so a page nobody looks at lets go of its own.
document.addEventListener('visibilitychange', () => document.hidden ? stop() : connect());
addEventListener('pagehide', stop);
addEventListener('pageshow', event => event.persisted && connect());
if (!document.hidden) connect();
