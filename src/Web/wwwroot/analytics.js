// Says at Google that this page was looked at. Nothing is kept in the browser, nothing of the address but the page, and whoever asks not to be tracked is not.
const id = document.querySelector('meta[name="analytics"]')?.content;
if (id && navigator.doNotTrack !== '1' && !navigator.globalPrivacyControl) {
  window.dataLayer = [];
  const tell = function () { window.dataLayer.push(arguments); };
  tell('consent', 'default', { ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied', analytics_storage: 'denied' });
  tell('js', new Date());
  tell('config', id, {
    client_storage: 'none', allow_google_signals: false, allow_ad_personalization_signals: false, page_location: location.origin + location.pathname, page_referrer: '',
  });
  const tag = document.createElement('script');
  tag.async = true;
  tag.src = `https://www.googletagmanager.com/gtag/js?id=${encodeURIComponent(id)}`;
  document.head.append(tag);
}
