// Looks for new mails while the list is being watched.
const look = async () => {
  if (document.hidden) return
  const answer = await fetch(location.href).catch(() => null)
  if (!answer?.ok) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('mails')
  const shown = document.getElementById('mails')
  if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh)
}
setInterval(look, 2000)
document.addEventListener('visibilitychange', look)
