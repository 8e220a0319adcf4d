// The picture on the sheet carries the key behind the # of the address, which no browser sends. It is put into the form and taken out of the address.
const key = decodeURIComponent(location.hash.slice(1));
const field = document.getElementById("f-key");
if (key && field) {
  field.value = key;
  history.replaceState(null, "", location.pathname + location.search);
}
