"""The site's own policies stand: what they allow works, what they forbid is refused, and they are not loosened."""

# ruff: noqa: E501 (each row of the tables is one policy)

from __future__ import annotations

import base64
import hashlib

from keeps.own import HELPERS
from leaks.case import HTML, Case, File

_CSP = "content-security-policy"
_RAN = "window.ran = [...(window.ran || []), '%s']"
_HASHED = _RAN % "hash"
_HASH = base64.b64encode(hashlib.sha256(_HASHED.encode()).digest()).decode()
_BODY = (
    f"<script nonce=own>{_RAN % 'nonce'}</script><script>{_HASHED}</script><script>{_RAN % 'bare'}</script>"
    f"<script src=main.js></script><img src=/none.png onerror=\"{_RAN % 'handler'}\"><p id=t style='color: rgb(1, 2, 3)'>x</p>"
)
_TRIED = (
    "await (document.readyState == 'complete' || once(window, 'load')); await wait(20); let evaluated; try { evaluated = (0, eval)('1') } catch (error) { evaluated = error.name }"
    " const s = document.createElement('script'); try { s.src = 'main.js?added' } catch (error) { return [window.ran, evaluated, error.name] } const end = Promise.race([once(s, 'load'), once(s, 'error')]); document.head.append(s);"
    " return [window.ran, evaluated, (await end).type, getComputedStyle(t).color]"
)
_POLICIES = {
    "nonce": "script-src 'nonce-own'",
    "nonce and self": "script-src 'self' 'nonce-own'",
    "nonce for scripts and styles": "default-src 'self'; script-src 'nonce-own'; style-src 'nonce-own'",
    "hash": f"script-src 'sha256-{_HASH}' 'nonce-own'",
    "strict-dynamic": "script-src 'nonce-own' 'strict-dynamic'; object-src 'none'; base-uri 'none'",
    "strict-dynamic with fallbacks": "script-src 'nonce-own' 'strict-dynamic' 'unsafe-inline' https: http:",
    "self and inline": "default-src 'self' 'unsafe-inline'",
    "inline, eval and handlers": "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline' 'self'",
    "script elements and attributes apart": "script-src-elem 'self' 'nonce-own'; script-src-attr 'unsafe-inline'; style-src-attr 'unsafe-inline'",
    "unsafe hashes": "script-src 'nonce-own' 'unsafe-hashes' 'self'",
    "nothing but": "default-src 'none'; connect-src 'self'; script-src 'nonce-own'",
    "Trusted Types": "require-trusted-types-for 'script'; trusted-types own default",
    "frames and forms": "frame-ancestors 'self'; form-action 'self'; base-uri 'self'; upgrade-insecure-requests",
    "report only": "default-src 'none'",
}
_ISOLATED = (("cross-origin-opener-policy", "same-origin"), ("cross-origin-embedder-policy", "require-corp"))
_JS = "text/javascript"
_FILES = {
    "main.js": File(_RAN % "file", _JS),
    "isolated.js": File(
        "postMessage([self.crossOriginIsolated, new SharedArrayBuffer(8).byteLength])",
        _JS,
        (("cross-origin-embedder-policy", "require-corp"),),
    ),
    "told.js": File(HELPERS + "tell(['told', typeof ran])", _JS),
    "page.html": File("<!doctype html><p>in a frame", HTML, (("x-frame-options", "SAMEORIGIN"),)),
    "closed.html": File("<!doctype html><p>in a frame", HTML, (("x-frame-options", "DENY"),)),
    "ancestors.html": File("<!doctype html><p>in a frame", HTML, ((_CSP, "frame-ancestors 'none'"),)),
    "sandboxed.html": File(
        "<!doctype html><script>parent.postMessage(['sandboxed', origin], '*')</script>",
        HTML,
        ((_CSP, "sandbox allow-scripts"),),
    ),
}
_FRAME = "const f = add('iframe', { src: '%s' }); await once(f, 'load'); return [f.contentDocument?.body?.textContent ?? 'refused']"
_OTHERS = [
    Case("policy in a meta element", head=f'<meta http-equiv={_CSP} content="script-src \'nonce-own\'">', body=_BODY, script=_TRIED, files=_FILES),
    Case("policy of two headers", headers=((_CSP, "script-src 'self' 'nonce-own'"), (_CSP, "img-src 'self'")), body=_BODY, script=_TRIED, files=_FILES),
    Case("policy of two in one header", headers=((_CSP, "script-src 'self' 'nonce-own', style-src 'self'"),), body=_BODY, script=_TRIED, files=_FILES),
    Case("policy of files only", headers=((_CSP, "script-src 'self'"),), body="<script src=told.js></script>", files=_FILES),
    Case("policy with a sandbox", script="const heard = once(window, 'message'); add('iframe', { src: 'sandboxed.html' }); return (await heard).data", files=_FILES),
    Case("policy that reports to the site", headers=((_CSP, "img-src 'none'; report-uri /do/size"),), script="const seen = once(document, 'securitypolicyviolation'); add('img', { src: '/x.png' }); const e = await seen; return [e.effectiveDirective, e.originalPolicy, e.disposition]"),
    Case("policy for frames: same origin", script=_FRAME % "page.html", files=_FILES),
    Case("policy for frames: none", script=_FRAME % "closed.html", files=_FILES),
    Case("policy for frames: no ancestors", script=_FRAME % "ancestors.html", files=_FILES),
    Case("isolation", headers=_ISOLATED, script="const w = new Worker('isolated.js'); const { data } = await once(w, 'message'); return [crossOriginIsolated, new SharedArrayBuffer(8).byteLength, data, (await performance.measureUserAgentSpecificMemory?.().then(m => m.bytes > 0, e => e.name))]", files=_FILES),
    Case("isolation without credentials", headers=(_ISOLATED[0], ("cross-origin-embedder-policy", "credentialless")), script="return [crossOriginIsolated]"),
    Case("isolation of the opener", headers=(("cross-origin-opener-policy", "same-origin-allow-popups"),), script="const w = open('PAY/?pay=1', '_blank', 'popup'); const e = await once(window, 'message'); w.postMessage('thanks', '*'); return [e.data]"),
    Case("cluster of the origin", headers=(("origin-agent-cluster", "?1"),), script="return [originAgentCluster]"),
    Case("permissions policy", headers=(("permissions-policy", "geolocation=(), fullscreen=(self)"),), script="return [document.featurePolicy.allowsFeature('geolocation'), document.featurePolicy.allowsFeature('fullscreen'), await navigator.permissions.query({ name: 'geolocation' }).then(p => p.state)]"),
    Case("document policy", headers=(("document-policy", "force-load-at-top"),), script="return [location.hash == '', document.readyState]"),
    Case("referrer policy", headers=(("referrer-policy", "no-referrer"),), script="const f = add('iframe', { src: 'page.html' }); await once(f, 'load'); return ['referrer', f.contentDocument.referrer]", files=_FILES),
    Case("reporting endpoints", headers=(("reporting-endpoints", 'own="/do/size"'), (_CSP, "img-src 'none'; report-to own")), script="const seen = new Promise(done => new ReportingObserver(list => done(list[0].body.effectiveDirective), { types: ['csp-violation'] }).observe()); add('img', { src: '/x.png' }); return seen"),
    Case("link header of the site", headers=(("link", "</KEY/main.js>; rel=preload; as=script, </do/size>; rel=preconnect"),), script="await until(() => performance.getEntriesByType('resource').some(e => e.name.includes('main.js'))); return 'preloaded'", files=_FILES),
    Case("early hints of speculation", headers=(("speculation-rules", '"/KEY/rules.json"'),), script="await until(() => performance.getEntriesByType('resource').some(e => e.name.includes('rules.json'))); return 'fetched'", files={"rules.json": File('{"prefetch":[]}', "application/speculationrules+json", (("access-control-allow-origin", "*"),))}),
    Case("client hints", headers=(("accept-ch", "Sec-CH-UA-Platform-Version"),), script="return [typeof navigator.userAgentData.platform, document.featurePolicy.allowsFeature('ch-ua-platform-version')]"),
    Case("status of an error page", status=404, body="<p id=t>not here</p>", script="return [t.textContent, performance.getEntriesByType('navigation')[0].responseStatus]"),
    Case("status of a broken site", status=500, body="<p id=t>broken</p>", script="return [t.textContent, performance.getEntriesByType('navigation')[0].responseStatus]"),
]  # fmt: skip
POLICIES = [
    *(
        Case(
            f"policy: {name}",
            headers=((f"{_CSP}-report-only" if name == "report only" else _CSP, policy),),
            body=_BODY,
            script=_TRIED,
            files=_FILES,
        )
        for name, policy in _POLICIES.items()
    ),
    *_OTHERS,
]
