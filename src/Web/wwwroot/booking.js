// Says times by the guest's own clock, keeps the word about a kept time true, and lets go of it when the page is left.
const zones = document.querySelector('.zones[data-zone]')
const kept = document.getElementById('kept')
const address = new URL(location.href)

const own = Intl.DateTimeFormat().resolvedOptions().timeZone
if (zones && own && own !== zones.dataset.zone && !address.searchParams.has('zone')) {
  address.searchParams.set('zone', own)
  location.replace(address)
}

if (kept) {
  const left = () => new Date(kept.dataset.until) - Date.now()
  const tell = () => { if (left() <= 0) kept.textContent = kept.dataset.over; else setTimeout(tell, Math.min(left() + 500, 30_000)) }
  let sent = false
  document.addEventListener('submit', () => { sent = true })
  addEventListener('pagehide', () => { if (!sent) navigator.sendBeacon(kept.dataset.release, new URLSearchParams()) })
  // Brought back as it was, the page promises what it let go of: whoever comes back finds out when booking.
  addEventListener('pageshow', shown => { sent = false; if (shown.persisted) kept.textContent = kept.dataset.over })
  tell()
}

// In a frame, the page around it makes room.
if (window !== top) new ResizeObserver(() => parent.postMessage({ backsoonHeight: document.documentElement.offsetHeight }, '*')).observe(document.documentElement)
