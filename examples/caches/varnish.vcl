# Varnish in front of Bandeau: visitors who made the same choice share a page, and nobody gets another's.
#
# Start Bandeau with --keyed-cache, and let nothing but this Varnish reach it. See docs/how-to/caches.md.
vcl 4.1;

import std;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
}

sub vcl_recv {
    # The variant's name: what the choice cookie begins with, and the privacy signal. Whatever the visitor sent under
    # this name is overwritten.
    set req.http.Bandeau-Variant = "none";
    if (req.http.Cookie ~ "(?:^|;)\s*bandeau_choice=[a-z0-9-]{1,32}\.") {
        set req.http.Bandeau-Variant =
            regsub(req.http.Cookie, "^(?:.*;)?\s*bandeau_choice=([a-z0-9-]{1,32})\..*$", "\1");
    }
    if (req.http.Sec-GPC == "1") {
        set req.http.Bandeau-Variant = req.http.Bandeau-Variant + "-gpc";
    }

    # Cookies on which no page of yours depends, such as an audience measurement's: put their names here. With any
    # other cookie, with two choices, or with credentials a visitor is served past the cache.
    set req.http.X-Cookies = regsuball(";" + req.http.Cookie, ";\s*(?:ps_id|ps_day)=[^;]*", "");
    if (req.http.X-Cookies ~ "^;?\s*(?:bandeau_choice=[^;]*)?$"
        && !req.http.Authorization && (req.method == "GET" || req.method == "HEAD")) {
        set req.http.Cookie = regsub(req.http.X-Cookies, "^;\s*", "");
        unset req.http.X-Cookies;
        return (hash);
    }
    unset req.http.X-Cookies;
}

sub vcl_hash {
    # Over HTTPS a page has another origin. What speaks TLS in front says so.
    hash_data(req.http.X-Forwarded-Proto);
}

sub vcl_backend_response {
    # What this cache, and no other, may keep. Bandeau says so only where the variant's name was the visitor's own.
    if (beresp.http.Vary ~ "Bandeau-Variant" && beresp.http.CDN-Cache-Control) {
        set beresp.ttl = std.duration(regsub(beresp.http.CDN-Cache-Control, "^max-age=", "") + "s", 0s);
        unset beresp.http.CDN-Cache-Control;
        unset beresp.http.X-Accel-Expires;
        return (deliver);
    }
}

sub vcl_deliver {
    # Browsers and caches further on know the cookie and the signal, not the name made of them.
    set resp.http.Vary = regsub(resp.http.Vary, "Bandeau-Variant", "Cookie, Sec-GPC");
    if (resp.http.Vary == "") {
        unset resp.http.Vary;
    }
}
