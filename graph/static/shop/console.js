var ce,ya,vs,pn,Ss,_o,_a,po,ba,As,Es,ld,Vr=Symbol.for("pv"),bo={},ho=[],ud=/^m(i|n|o|s|text|space)$/,xs=Array.isArray,ws=ho.slice,Fn=Object.assign;function Nn(e){e&&e.parentNode&&e.remove()}function ha(e,t,n){var r,o,i,a={},u=arguments.length;for(i in t)i=="key"?r=t[i]:i=="ref"&&typeof e!="function"?o=t[i]:a[i]=t[i];return u>2&&(a.children=u>3?ws.call(arguments,2):n),Or(e,a,r,o,null)}function Or(e,t,n,r,o){var i={type:e,props:t,key:n,ref:r,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Vr,__v:o||++ya,__i:-1,__u:0};return!o&&ce.vnode&&ce.vnode(i),i}function ie(e){return e.children}function mr(e,t){this.props=e,this.context=t,this.__g=0}function yn(e,t){if(t==null)return e.__&&yn(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!="function"||e.props.__P?null:yn(e)}function cd(e){var t,n=e.__v,r=n.__e,o=[],i=[],a=e.__P;a&&((t=Fn({constructor:Vr},n)).__v=n.__v+1,ce.vnode&&ce.vnode(t),Rs(a,t,n,e.__n,a.namespaceURI,32&n.__u?[r]:null,o,r||yn(n),32&n.__u,i),t.__v=n.__v,t.__.__k[t.__i]=t,Aa(o,t,i),n.__=n.__e=null,t.__e!=r&&ka(t))}function ka(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),ka(e)}function fa(e){(8&e.__g||(e.__g|=8,pn.push(e),_o++))&&Ss==ce.debounceRendering||((Ss=ce.debounceRendering)||queueMicrotask)(Ca)}function Ca(){try{for(var e,t=1;pn.length;)pn.length>t&&pn.sort(_a),e=pn.shift(),t=pn.length,8&e.__g&&cd(e)}finally{(_o=pn.length)&&(Ss||queueMicrotask)(Ca)}}function Sa(e,t,n,r,o,i,a,u,c,d,p){var _,h,y,C,x,R,T=r.__k||ho,S=t.length;for(c=dd(n,t,T,c,S),_=0;_<S;_++)(y=n.__k[_])!=null&&(h=~y.__i&&T[y.__i]||bo,y.__i=_,R=Rs(e,y,h,o,i,a,u,c,d,p),C=y.__e,(h.ref!=y.ref||8&h.__u)&&(h.ref&&Ls(h.ref,null,y,h),y.ref&&p.push(y.ref,y.__c||C,y)),x=x||C,4&y.__u?(c=Ea(y,c,e,!h.__v),h.__e&&(h.__e=null)):typeof y.type=="function"&&R!==void 0?c=R:C&&(c=C.nextSibling),y.__u&=-21);return n.__e=x,c}function dd(e,t,n,r,o){var i,a,u,c,d,p,_,h,y,C=n.length,x=C,R=0,T=0,S=e.__k=Array(o);for(i=0;i<o;i++)(a=t[i])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=S[i]=Or(null,a):xs(a)?a=S[i]=Or(ie,{children:a}):a.constructor===Vr&&a.__b?a=S[i]=Or(a.type,a.props,a.key,a.ref,a.__v):S[i]=a,c=i+R,a.__=e,a.__b=e.__b+1,u=null,~(d=a.__i=md(a,n,c,x))&&(x--,(u=n[d])&&(u.__u|=2)),u&&u.__v?(a.__u|=16,d==c-1?R--:d==c+1?R++:d!=c&&(d>c?R--:R++,T=1)):(~d||(o>C?R--:o<C&&R++),typeof a.type!="function"&&(a.__u|=4))):S[i]=null;if(T){for(p=[],_=[],i=0;i<o;i++)if((a=S[i])&&16&a.__u){for(R=0,h=p.length;R<h;)p[y=R+h>>1]<a.__i?R=y+1:h=y;p[R]=a.__i,_[i]=R+1}for(R=p.length;i--;)_[i]&&(_[i]==R?R--:S[i].__u|=4)}if(x)for(i=0;i<C;i++)!(u=n[i])||2&u.__u||(u.__e==r&&(r=yn(u)),Ds(u,u));return r}function Ea(e,t,n,r){var o,i,a,u;if(typeof e.type=="function"){if(e.props.__P)return t;if(o=e.__k)for(i=0;i<o.length;i++)o[i]&&(o[i].__=e,t=Ea(o[i],t,n,!1));return t}for(t&&!t.parentNode&&(t=yn(e))&&!t.parentNode&&(t=null),a=e.__e,u=t;u&&u.nodeType==8;)u=u.nextSibling;for(a!=u&&(!r&&n.moveBefore&&a.parentNode?n.moveBefore(a,t):n.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith("$s"););return t}function md(e,t,n,r){var o,i=e.key,a=e.type,u=t[n],c=u&&!(2&u.__u);if(u===null&&i==null||c&&i==u.key&&a==u.type)return n;if(r>(c?1:0)){for(o=n-1;o>=0;o--)if((u=t[o])&&!(2&u.__u)&&i==u.key&&a==u.type)return o;for(o=n+1;o<t.length;o++)if((u=t[o])&&!(2&u.__u)&&i==u.key&&a==u.type)return o}return-1}function pa(e,t,n){n==null&&(n=""),t[0]=="-"?e.setProperty(t,n):e[t]=n}function fo(e,t,n,r,o){var i,a;if(t=="style")if(typeof n=="string")e.style.cssText=n;else{if(typeof r=="string"&&(e.style.cssText=r=""),r)for(t in r)n&&t in n||pa(e.style,t);if(n)for(t in n)r&&n[t]==r[t]||pa(e.style,t,n[t])}else if(t[0]=="o"&&t[1]=="n")typeof n!="function"&&(n=null),typeof r!="function"&&(r=null),(e.__e||(e.__e={}))[t]=n,n&&r||(a=Es[t]||(Es[t]=gd(t)),(e.__a||(e.__a={}))[t]=As,i=t!=(t=t.replace(ba,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),n?e.addEventListener(t,a,i):e.removeEventListener(t,a,i));else{if(o=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&n==1?"":n)}}function gd(e){return function(t){var n=this.__e;if(n){if(n=n[e],t[po]==null)t[po]=As++;else if(t[po]<this.__a[e])return;return n(ce.event?ce.event(t):t)}}}function Rs(e,t,n,r,o,i,a,u,c,d){var p,_,h,y,C,x,R,T,S,w,v,j,F,Z,W,ee,K,L,Q=t.type;if(t.constructor!==Vr)return null;128&n.__u&&(c=32&n.__u,p=n.__c.__z)&&(t.__u|=c,_=i=[],p.nodeType==8?u=yo(p,i):i.push(p),u=i[0]||u),(p=ce.__b)&&p(t);e:if(typeof Q=="function"){h=a.length;try{if(T=t.props,S=(p=Q.prototype)&&p.render,w=(p=Q.contextType)&&r[p.__c],v=p?w?w.props.value:p.__:r,(y=n.__c)?(t.__c=y,2&y.__g&&(y.__g|=1)):(S?t.__c=y=new Q(T,v):(t.__c=y=new mr(T,v),y.constructor=Q,y.render=pd),w&&w.sub(y),y.state||(y.state={}),y.__n=r,y.__g|=8,y.__h=[],y.__k=[]),S&&(y.__s||(y.__s=y.state),Q.getDerivedStateFromProps&&(y.__s==y.state&&(y.__s=Fn({},y.__s)),Fn(y.__s,Q.getDerivedStateFromProps(T,y.__s)))),C=y.props,x=y.state,y.__v=t,n.__c){if(T!==C&&S&&!Q.getDerivedStateFromProps&&y.componentWillReceiveProps&&y.componentWillReceiveProps(T,v),t.__v==n.__v&&!(8&y.__g)||!(4&y.__g)&&y.shouldComponentUpdate&&y.shouldComponentUpdate(T,y.__s,v)===!1){t.__v!=n.__v&&(y.props=T,y.state=y.__s,y.__g&=-9),t.__e=n.__e,t.__k=n.__k,t.__k.some(function(B){B&&(B.__=t)}),ho.push.apply(y.__h,y.__k),y.__k=[],y.__h.length&&a.push(y),u=yn(n);break e}y.componentWillUpdate&&y.componentWillUpdate(T,y.__s,v),S&&y.componentDidUpdate&&y.__h.push(function(){y.componentDidUpdate(C,x,R)})}else S&&!Q.getDerivedStateFromProps&&y.componentWillMount&&y.componentWillMount(),S&&y.componentDidMount&&y.__h.push(y.componentDidMount);y.context=v,y.props=T,y.__P=e,y.__g&=-5,j=ce.__r,F=S?25:0;do y.__g&=-9,j&&j(t),p=y.render(y.props,y.state=y.__s,y.context);while(8&y.__g&&++F<25);S&&(ho.push.apply(y.__h,y.__k),y.__k=[]),y.state=y.__s,y.getChildContext&&(r=Fn({},r,y.getChildContext())),S&&n.__c&&y.getSnapshotBeforeUpdate&&(R=y.getSnapshotBeforeUpdate(C,x)),Z=p&&p.type===ie&&p.key==null?p.props.children:p,T.__P&&(p=u,o=(e=T.__P).namespaceURI,c=i=null,n.props&&n.props.__P!=e&&(n.__k.some(function(B){B&&Ds(B,B)}),n.__k=null),u=n.__k?yn(n,0):null),u=Sa(e,xs(Z)?Z:[Z],t,n,r,o,i,a,u,c,d),T.__P&&(t.__e=null,u=p),t.__u&=-161,_&&_.some(Nn),y.__h.length&&a.push(y),1&y.__g&&(y.__g&=-4)}catch(B){if(a.length=h,t.__v=null,c||i)if(B&&B.then){if(t.__u|=128|c,i){for(~(K=i.indexOf(u||void 0))||(K=i.length);(L=i[K-1])&&L.nodeType==8;)K--;for(;K<i.length;K++)if(L=i[K])if(i[K]=null,W){if(L==ee)break}else{if(L.nodeType!=8)break;L.data.startsWith("$s")&&(ee=yo(W=L))}}if(!W){for(;u&&u.nodeType==8&&u.nextSibling;)u=u.nextSibling;W=u}(p=yo(W=t.__c.__z||(t.__c.__z=W)))?(t.__e=W,u=p):t.__e=u,u=u&&u.nextSibling}else i&&i.some(Nn);else t.__e=n.__e;t.__k||(t.__k=n.__k||[]),B&&B.then||va(t),ce.__e(B,t,n)}}else u=t.__e=fd(n.__e,t,n,r,o,i,a,c,d,e);return(p=ce.diffed)&&p(t),u}function yo(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))n++;else if(e.data.startsWith("/$s")&&!--n)return e}t&&t.push(e)}}function va(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(va))}function Aa(e,t,n){for(var r=0;r<n.length;)Ls(n[r++],n[r++],n[r++]);ce.__c&&ce.__c(t,e),e.some(function(o){try{e=o.__h,o.__h=[],e.some(function(i){i.call(o)})}catch(i){ce.__e(i,o.__v)}})}function fd(e,t,n,r,o,i,a,u,c,d){var p,_,h,y,C,x,R,T,S=n.props||bo,w=t.props,v=t.type;if(v=="svg"?o="http://www.w3.org/2000/svg":v=="math"?o="http://www.w3.org/1998/Math/MathML":o||(o="http://www.w3.org/1999/xhtml"),i){for(p=0;p<i.length;p++)if((C=i[p])&&(v?C.localName==v:C.nodeType==3)){e=C,i[p]=null;break}}if(!e){if(T=d.ownerDocument||document,!v)return T.createTextNode(w);e=T.createElementNS(o,v,w.is?w:d),u&&(ce.__m&&ce.__m(t,i),u=!1),i=null}if(v){if(d=v=="template"&&e.content||e,i=v=="textarea"&&w.defaultValue!=null?null:i&&ws.call(d.childNodes),!u&&i)for(S={},p=0;p<e.attributes.length;p++)S[(C=e.attributes[p]).name]=C.value;for(p in S)C=S[p],p=="dangerouslySetInnerHTML"?h=C:p=="children"||p in w||p=="value"&&"defaultValue"in w||p=="checked"&&"defaultChecked"in w||fo(e,p,null,C,o);for(p in w)C=w[p],p=="children"?y=C:p=="dangerouslySetInnerHTML"?_=C:p=="value"?x=C:p=="checked"?R=C:u&&typeof C!="function"||S[p]===C||fo(e,p,C,S[p],o);_?(u||h&&(_.__html==h.__html||_.__html==e.innerHTML)||(e.innerHTML=_.__html),t.__k=[]):(h&&(e.textContent=""),(v=="foreignObject"||o=="http://www.w3.org/1998/Math/MathML"&&ud.test(v))&&(o="http://www.w3.org/1999/xhtml"),Sa(d,xs(y)?y:[y],t,n,r,o,i,a,i?i[0]:n.__k&&yn(n,0),u,c),i&&i.some(Nn)),u&&v!="textarea"||(p="value",v=="progress"&&x==null?e.removeAttribute(p):x==null||x===e[p]&&(v!="progress"||x)||fo(e,p,x,S[p],o),p="checked",R!=null&&R!=e[p]&&fo(e,p,R,S[p],o))}else S===w||u&&e.data==w||(e.data=w);return e}function Ls(e,t,n,r){try{typeof e=="function"?t?t.__x=e(t)||1:r&&(r=r.__c||r.__e)&&(t=r.__x)&&(r.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(o){ce.__e(o,n)}}function Ds(e,t,n){var r,o,i,a;if(ce.unmount&&ce.unmount(e),!(r=e.ref)||r.current&&r.current!=e.__e||Ls(r,null,t,e),r=e.__c){if(r.componentWillUnmount)try{r.componentWillUnmount()}catch(u){ce.__e(u,t)}r.__P=r.__n=null}if(r=e.__k)for(a=0;a<r.length;a++)r[a]&&Ds(r[a],t,typeof e.type!="function"||n&&!e.props.__P);!n&&(r=e.__c)&&(r=r.__z)&&(o=yo(r,i=[]))&&(r==e.__e&&i.some(Nn),Nn(o),Nn(r)),n||Nn(e.__e),e.__e=e.__c=e.__=null}function pd(e,t,n){return this.constructor(e,n)}function xa(e,t){var n,r,o,i;ce.__&&ce.__(e,t),t.nodeType==9&&(t=t.documentElement),r=(n=e&&32&e.__u)?null:t.__k,t.__k=Or(ie,{children:[e]}),o=[],i=[],Rs(t,t.__k,r||bo,bo,t.namespaceURI,r?null:t.firstChild?ws.call(t.childNodes):null,o,r?r.__e:t.firstChild,n,i),Aa(o,t.__k,i),t.__k.props.children=null}ce={__e:function(e,t,n,r){for(var o,i,a;t=t.__;)if((o=t.__c)&&!(1&o.__g)){o.__g|=4;try{if((a=(i=o.constructor)&&i.getDerivedStateFromError)&&o.setState(i.getDerivedStateFromError(e)),o.componentDidCatch&&(o.componentDidCatch(e,r||{}),a=1),a&&8&o.__g)return void(o.__g|=2)}catch(u){e=u}}throw _o=0,e}},ya=0,vs=function(e){return e!=null&&e.constructor===Vr},mr.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=Fn({},this.state)),typeof e=="function"&&(e=e(Fn({},n),this.props)),e&&(Fn(n,e),this.__v&&(t&&this.__k.push(t),fa(this)))},mr.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),fa(this))},mr.prototype.render=ie,pn=[],_o=0,_a=function(e,t){return e.__v.__b-t.__v.__b},po=Symbol(),ba=/(PointerCapture)$|Capture$/i,As=0,Es={},ld=0;var qr,qe,Ts,wa,Is=Object.is,ko=0,Pa=[],Ms=[],Pe=ce,Ra=Pe.__b,La=Pe.__r,Da=Pe.diffed,Ta=Pe.__c,Ia=Pe.unmount,Ma=Pe.__;function Fs(e,t){Pe.__h&&Pe.__h(qe,e,ko||t),ko=0;var n=qe.__H||(qe.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function we(e){return ko=1,yd(Oa,e)}function yd(e,t,n){var r=Fs(qr++,2);if(r.t=e,!r.__c&&(r.__=[n?n(t):Oa(void 0,t),function(i){var a=(r.__N||r.__)[0],u=r.t(a,i);Is(a,u)||(r.__N=[u,r.__[1]],r.__c.setState({}))}],r.__c=qe,!qe.__f)){qe.__f=!0;var o=qe.shouldComponentUpdate;qe.shouldComponentUpdate=function(i,a,u){var c=this.__H;if(!c)return!0;var d=!1,p=this.props!=i;if(c.__.some(function(h){h.__N&&(d=!0,Is(h.__[0],h.__N[0])||(p=!0))}),o){var _=o.call(this,i,a,u);return d?_||p:_}return!d||p}}return r.__}function Jt(e,t){var n=Fs(qr++,3);!Pe.__s&&Ba(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,qe.__H.__h.push(n))}function gt(e){return ko=5,gr(function(){return{current:e}},[])}function gr(e,t){var n=Fs(qr++,7);return Ba(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function _d(){var e;do{for(;e=Ms.shift();)try{Ur(e)}catch(n){Pe.__e(n,{__:(e=e.__P)&&e.__v})}for(;e=Pa.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(Ur),t.__h.some(Ns),t.__h=[]}catch(n){t.__h=[],Pe.__e(n,e.__v)}}}while(Ms.length)}Pe.__b=function(e){qe=null,Ra&&Ra(e)},Pe.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),Ma&&Ma(e,t)},Pe.__r=function(e){La&&La(e),qr=0;var t=(qe=e.__c).__H;t&&(Ts==qe?qe.__h=[]:(t.__h.some(Ur),t.__h.some(Ns),qr=0),t.__h=[],t.__.some(function(n){n.__N&&(n.__=n.__N),n.u=n.__N=void 0})),Ts=qe},Pe.diffed=function(e){Da&&Da(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Fa(Pa.push(t)),t.__H.__.some(function(n){n.u&&(n.__H=n.u)})),Ts=qe=null},Pe.__c=function(e,t){t.some(function(n){try{n.__h.some(Ur),n.__h=n.__h.filter(function(r){return!r.__||Ns(r)})}catch(r){n.__h=[function(){throw r}]}}),Ta&&Ta(e,t)},Pe.unmount=function(e){Ia&&Ia(e);var t,n,r=e.__c;r&&r.__H&&(r.__H.__.some(function(o){try{if(o.__P&&o.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||!n.__c.__P);)n=n.__;n=n&&n.__c}o.__P=n,Fa(Ms.push(o))}else Ur(o)}catch(i){t=i}}),r.__H=void 0,t&&Pe.__e(t,r.__v))};var Na=typeof requestAnimationFrame=="function";function bd(e){var t,n=function(){clearTimeout(r),Na&&cancelAnimationFrame(t),setTimeout(e)},r=setTimeout(n,35);Na&&(t=requestAnimationFrame(n))}function Fa(e){e!=1&&wa==Pe.requestAnimationFrame||((wa=Pe.requestAnimationFrame)||bd)(_d)}function Ur(e){var t=qe,n=e.__c;typeof n=="function"&&(e.__c=void 0,n()),qe=t}function Ns(e){var t=qe;e.__c=e.__(),qe=t}function Ba(e,t){return!e||e.length!=t.length||t.some(function(n,r){return!Is(n,e[r])})}function Oa(e,t){return typeof t=="function"?t(e):t}var nn=class extends Error{name="Refused";code;outcome;constructor(t){super(t.message),this.code=t.code,this.outcome=t}};var lt=class extends Error{name="RequestFailed";code;extensions;constructor(t,n,r={}){super(n),this.code=t,this.extensions=r}},Zt=class extends Error{name="SessionEnded"},$r=class extends Error{name="ConnectionEnded"};var Pn=class extends String{__apiType;value;__meta__;constructor(t,n){super(t),this.value=t,this.__meta__=n}toString(){return this.value}};var Va=new Pn(`
    mutation Login($input: LoginInput!) {
  login(input: $input) {
    __typename
    ...LoggedIn
    ...Refusal
    ...InvalidInput
  }
}
    fragment Session on SignedIn {
  user {
    id
    name
    email
    emailVerified
    role
  }
  accessToken
  expiresAt
  refreshToken
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment LoggedIn on LoginSuccess {
  ...Session
}`),Ua=new Pn(`
    mutation RefreshSession($input: RefreshSessionInput!) {
  refreshSession(input: $input) {
    __typename
    ...Refreshed
    ...Refusal
    ...InvalidInput
  }
}
    fragment Session on SignedIn {
  user {
    id
    name
    email
    emailVerified
    role
  }
  accessToken
  expiresAt
  refreshToken
}
fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment Refreshed on RefreshSessionSuccess {
  ...Session
}`),qa=new Pn(`
    mutation Logout($input: LogoutInput!) {
  logout(input: $input) {
    __typename
    ...LoggedOut
    ...Refusal
    ...InvalidInput
  }
}
    fragment Refusal on Error {
  code
  message
}
fragment InvalidInput on InvalidInput {
  field
  issues {
    path
    message
  }
}
fragment LoggedOut on LogoutSuccess {
  sessionsEnded
}`),$a=new Pn(`
    query FindEvents($search: String, $startsAfter: DateTime, $startsBefore: DateTime, $first: Int, $after: String, $prices: Boolean! = false) {
  events(
    search: $search
    startsAfter: $startsAfter
    startsBefore: $startsBefore
    first: $first
    after: $after
  ) {
    nodes {
      ...Event
      sections @include(if: $prices) {
        id
        name
        price {
          ...Money
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment Event on Event {
  id
  name
  description
  venue
  timeZone
  startsAt
  salesStartAt
  salesEndAt
  salesOpen
  cancelledAt
  maxSeatsPerBuyer
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`);var Ga=new Pn(`
    subscription WatchSeats($event: ID!, $rows: Boolean! = true, $labels: Boolean! = false, $whole: Boolean! = false) {
  seatAvailability(eventId: $event) {
    version
    snapshot
    salesOpen
    totalSeats
    availableSeats
    lockedSeats
    bookedSeats
    asOf
    changedRows @include(if: $rows) {
      section
      name
      statuses
    }
    changedSeats @include(if: $labels) {
      label
      section
      row
      number
      status
    }
    event @include(if: $whole) {
      ...Event
      sections {
        id
        name
        availableSeats
      }
    }
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment Event on Event {
  id
  name
  description
  venue
  timeZone
  startsAt
  salesStartAt
  salesEndAt
  salesOpen
  cancelledAt
  maxSeatsPerBuyer
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`);var Bn=class{#e=300;next(t=0){let n=t+this.#e*(1+Math.random())/2;return this.#e=Math.min(2*this.#e,15e3),n}};function Co(e,t){return new Promise(n=>{let r=()=>{clearTimeout(o),t?.removeEventListener("abort",r),n()},o=setTimeout(r,e);t?.addEventListener("abort",r),t?.aborted&&r()})}var hd=.9,kd="seatlock session",So=class{#e;#t;#n=null;#o;#r;#s;constructor(t,n,r,o){this.#o=t,this.#r=n,this.#s=o,this.#e=r,this.#t=r?Ha(r):1/0}get tokens(){return this.#e}begin({accessToken:t,expiresAt:n,refreshToken:r}){let o={accessToken:t,expiresAt:n,refreshToken:r};this.#r?.(o),this.#e=o;let i=Ha(o);this.#t=i>performance.now()?i:1/0}end(){this.#r?.(null),this.#e=null}async token(t=""){let n=this.#e;return n&&(n.accessToken===t||performance.now()>=this.#t)&&(this.#n??=this.#a(n).finally(()=>this.#n=null),await this.#n),this.#e?.accessToken??""}async#a(t){let n=this.#s,r=globalThis.navigator?.locks;if(!n||!r)return this.#i(t);await r.request(kd,async()=>{let o=n();if(o?.refreshToken===t.refreshToken)return this.#i(t);if(this.#e===t){if(o)return this.begin(o);throw this.end(),new Zt("You have signed out in another tab.")}})}async#i(t){let n;try{n=await this.#o(t.refreshToken)}catch(r){throw r instanceof nn?(this.#e===t&&this.end(),new Zt(r.message)):r}this.#e===t&&this.begin(n)}};function Ha({expiresAt:e}){return performance.now()+hd*(Date.parse(e)-Date.now())}var Cd=15e3,Sd=25e3,Ed=["UNAVAILABLE","RATE_LIMITED","TOO_MANY_CONNECTIONS","REQUEST_TIMEOUT"],vd=[408,429,502,503,504];function Ps(e){let t=async r=>ut(n,Ua,{input:{refreshToken:r}},{signedIn:!1,patience:Sd}),n={options:e,session:new So(t,e.onTokens,e.tokens??null,e.stored)};return n}function Bs(){return crypto.randomUUID()}async function ut(e,t,n,r){let[o]=Object.values(await Re(e,t,n,r));if("code"in o)throw new nn(o);return o}async function Re(e,t,n,{signedIn:r=!0,patience:o=e.options.patience??6e4,attempts:i={lost:!1}}={}){let a=performance.now()+o,[u,c]=[new Bn,JSON.stringify({query:t.toString(),variables:n})];for(let d="";;){let p=r?await e.session.token(d):"",[_,h]=await Ad(e.options.url,c,p),y=Eo(_);if(!y)return _.data;if(i.lost||=y.code==="UNAVAILABLE",y.code==="UNAUTHENTICATED"&&p&&!d){d=p;continue}let C=u.next(Vs(y)*1e3||h);if(!Os(y)||performance.now()+C>a)throw y;await Co(C)}}async function Ad(e,t,n){let r={Accept:"application/graphql-response+json, application/json","Content-Type":"application/json",...n&&{Authorization:`Bearer ${n}`}},[o,i,a]=["UNAVAILABLE","",0];try{let u=await fetch(e,{method:"POST",headers:r,body:t,signal:AbortSignal.timeout(Cd)}),{status:c}=u;a=1e3*(Number(u.headers.get("Retry-After"))||0),i=`HTTP ${c}`,c>=400&&c<500&&!vd.includes(c)&&(o=`HTTP_${c}`);let d=await u.json();if(d&&typeof d=="object"&&("data"in d||"errors"in d))return[d,a]}catch(u){i||=String(u)}return[{errors:[{message:i,extensions:{code:o}}]},a]}function Eo({errors:e}){let[t]=e??[];return t&&new lt(String(t.extensions?.code??"UNKNOWN"),t.message,t.extensions)}function Os({code:e}){return Ed.includes(e)}function Vs({extensions:e}){return Number(e.retryAfterSeconds)||0}var Us=navigator.language,Wa=Intl.DateTimeFormat().resolvedOptions().timeZone;function rn({amount:e,currencyCode:t}){let n=e;return new Intl.NumberFormat(Us,{style:"currency",currency:t}).format(n)}function vo(e,t){let n=new Date(e),r=Ka(n,Wa,!0);return Wa===t?r:`${r} (${Ka(n,t,!1)})`}function Ka(e,t,n){return new Intl.DateTimeFormat(Us,{weekday:"short",day:"numeric",month:"short",...n&&{year:"numeric"},hour:"2-digit",minute:"2-digit",timeZone:t,timeZoneName:"short"}).format(e)}function qs(e){return e===1?"1 seat":`${e.toLocaleString(Us)} seats`}async function Qa(e,t={}){return xd((await Re(e,$a,t)).events)}function xd(e){if(e===null)throw new lt("UNAUTHENTICATED","Sign in first.");return e}function ft(e){return e===null?"null":Array.isArray(e)?"array":typeof e}function _n(e){return ft(e)==="object"}function wd(e){return Array.isArray(e)&&e.length>0&&e.every(t=>"message"in t)}function $s(e,t){return e.length<124?e:t}var ja="graphql-transport-ws";var kt=(e=>(e[e.InternalServerError=4500]="InternalServerError",e[e.InternalClientError=4005]="InternalClientError",e[e.BadRequest=4400]="BadRequest",e[e.BadResponse=4004]="BadResponse",e[e.Unauthorized=4401]="Unauthorized",e[e.Forbidden=4403]="Forbidden",e[e.SubprotocolNotAcceptable=4406]="SubprotocolNotAcceptable",e[e.ConnectionInitialisationTimeout=4408]="ConnectionInitialisationTimeout",e[e.ConnectionAcknowledgementTimeout=4504]="ConnectionAcknowledgementTimeout",e[e.SubscriberAlreadyExists=4409]="SubscriberAlreadyExists",e[e.TooManyInitialisationRequests=4429]="TooManyInitialisationRequests",e))(kt||{}),Ct=(e=>(e.ConnectionInit="connection_init",e.ConnectionAck="connection_ack",e.Ping="ping",e.Pong="pong",e.Subscribe="subscribe",e.Next="next",e.Error="error",e.Complete="complete",e))(Ct||{});function Ja(e){if(!_n(e))throw new Error(`Message is expected to be an object, but got ${ft(e)}`);if(!e.type)throw new Error("Message is missing the 'type' property");if(typeof e.type!="string")throw new Error(`Message is expects the 'type' property to be a string, but got ${ft(e.type)}`);switch(e.type){case"connection_init":case"connection_ack":case"ping":case"pong":{if(e.payload!=null&&!_n(e.payload))throw new Error(`"${e.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${e.payload}"`);break}case"subscribe":{if(typeof e.id!="string")throw new Error(`"${e.type}" message expects the 'id' property to be a string, but got ${ft(e.id)}`);if(!e.id)throw new Error(`"${e.type}" message requires a non-empty 'id' property`);if(!_n(e.payload))throw new Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${ft(e.payload)}`);if(typeof e.payload.query!="string")throw new Error(`"${e.type}" message payload expects the 'query' property to be a string, but got ${ft(e.payload.query)}`);if(e.payload.variables!=null&&!_n(e.payload.variables))throw new Error(`"${e.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${ft(e.payload.variables)}`);if(e.payload.operationName!=null&&ft(e.payload.operationName)!=="string")throw new Error(`"${e.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${ft(e.payload.operationName)}`);if(e.payload.extensions!=null&&!_n(e.payload.extensions))throw new Error(`"${e.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${ft(e.payload.extensions)}`);break}case"next":{if(typeof e.id!="string")throw new Error(`"${e.type}" message expects the 'id' property to be a string, but got ${ft(e.id)}`);if(!e.id)throw new Error(`"${e.type}" message requires a non-empty 'id' property`);if(!_n(e.payload))throw new Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${ft(e.payload)}`);break}case"error":{if(typeof e.id!="string")throw new Error(`"${e.type}" message expects the 'id' property to be a string, but got ${ft(e.id)}`);if(!e.id)throw new Error(`"${e.type}" message requires a non-empty 'id' property`);if(!wd(e.payload))throw new Error(`"${e.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(e.payload)}`);break}case"complete":{if(typeof e.id!="string")throw new Error(`"${e.type}" message expects the 'id' property to be a string, but got ${ft(e.id)}`);if(!e.id)throw new Error(`"${e.type}" message requires a non-empty 'id' property`);break}default:throw new Error(`Invalid message 'type' property "${e.type}"`)}return e}function Za(e,t){return Ja(typeof e=="string"?JSON.parse(e,t):e)}function fr(e,t){return Ja(e),JSON.stringify(e,t)}function Hs(e){let{url:t,connectionParams:n,lazy:r=!0,onNonLazyError:o=console.error,lazyCloseTimeout:i=0,keepAlive:a=0,disablePong:u,connectionAckWaitTimeout:c=0,retryAttempts:d=5,retryWait:p=async function(N){let P=Math.pow(2,N);await new Promise(I=>setTimeout(I,P*1e3+Math.floor(Math.random()*2700+300)))},shouldRetry:_=Gs,on:h,webSocketImpl:y,generateID:C=function(){return"xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g,N=>{let P=Math.random()*16|0;return(N=="x"?P:P&3|8).toString(16)})},jsonMessageReplacer:x,jsonMessageReviver:R}=e,T;if(y){if(!Ld(y))throw new Error("Invalid WebSocket implementation provided");T=y}else typeof WebSocket<"u"?T=WebSocket:typeof global<"u"?T=global.WebSocket||global.MozWebSocket:typeof window<"u"&&(T=window.WebSocket||window.MozWebSocket);if(!T)throw new Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");let S=T,w=(()=>{let M=(()=>{let P={};return{on(I,le){return P[I]=le,()=>{delete P[I]}},emit(I){"id"in I&&P[I.id]?.(I)}}})(),N={connecting:h?.connecting?[h.connecting]:[],opened:h?.opened?[h.opened]:[],connected:h?.connected?[h.connected]:[],ping:h?.ping?[h.ping]:[],pong:h?.pong?[h.pong]:[],message:h?.message?[M.emit,h.message]:[M.emit],closed:h?.closed?[h.closed]:[],error:h?.error?[h.error]:[]};return{onMessage:M.on,on(P,I){let le=N[P];return le.push(I),()=>{let Y=le.indexOf(I);Y>-1&&le.splice(Y,1)}},emit(P,...I){for(let le of[...N[P]])le(...I)}}})();function v(M){let N=[w.on("error",P=>{N.forEach(I=>I()),M(P)}),w.on("closed",P=>{N.forEach(I=>I()),M(P)})];return()=>N.forEach(P=>P())}let j,F=0,Z,W=!1,ee=0,K=!1;async function L(){clearTimeout(Z);let[M,N]=await(j??(j=new Promise((le,Y)=>(async()=>{if(W){if(await p(ee),!F)return j=void 0,Y({code:1e3,reason:"All Subscriptions Gone"});ee++}w.emit("connecting",W);let $=new S(typeof t=="function"?await t():t,ja),oe,z;function G(){isFinite(a)&&a>0&&(clearTimeout(z),z=setTimeout(()=>{$.readyState===S.OPEN&&($.send(fr({type:Ct.Ping})),w.emit("ping",!1,void 0))},a))}v(de=>{j=void 0,clearTimeout(oe),clearTimeout(z),Y(de),de instanceof Gr&&($.close(4499,"Terminated"),$.onerror=null,$.onclose=null)}),$.onerror=de=>w.emit("error",de),$.onclose=de=>w.emit("closed",de),$.onopen=async()=>{try{w.emit("opened",$);let de=typeof n=="function"?await n():n;if($.readyState!==S.OPEN)return;$.send(fr(de?{type:Ct.ConnectionInit,payload:de}:{type:Ct.ConnectionInit},x)),isFinite(c)&&c>0&&(oe=setTimeout(()=>{$.close(kt.ConnectionAcknowledgementTimeout,"Connection acknowledgement timeout")},c)),G()}catch(de){w.emit("error",de),$.close(kt.InternalClientError,$s(de instanceof Error?de.message:String(de),"Internal client error"))}};let ke=!1;$.onmessage=({data:de})=>{try{let te=Za(de,R);if(w.emit("message",te),te.type==="ping"||te.type==="pong"){w.emit(te.type,!0,te.payload),te.type==="pong"?G():u||($.send(fr(te.payload?{type:Ct.Pong,payload:te.payload}:{type:Ct.Pong},x)),w.emit("pong",!1,te.payload));return}if(ke)return;if(te.type!==Ct.ConnectionAck)throw new Error(`First message cannot be of type ${te.type}`);clearTimeout(oe),ke=!0,w.emit("connected",$,te.payload,W),W=!1,ee=0;let ue=new Promise((At,rt)=>v(rt));ue.catch(()=>{}),le([$,ue])}catch(te){$.onmessage=null,w.emit("error",te),$.close(kt.BadResponse,$s(te instanceof Error?te.message:String(te),"Bad response"))}}})())));M.readyState===S.CLOSING&&await N;let P=()=>{},I=new Promise(le=>P=le);return[M,P,new Promise((le,Y)=>{let $=v(Y);M.readyState!==S.OPEN&&N.catch(Y),I.then(()=>{if($(),!F){let oe=()=>M.close(1e3,"Normal Closure");isFinite(i)&&i>0?(clearTimeout(Z),Z=setTimeout(()=>{!F&&M.readyState===S.OPEN&&oe()},i)):oe()}le()})})]}function Q(M){if(Gs(M)&&(Rd(M.code)||[kt.InternalServerError,kt.InternalClientError,kt.BadRequest,kt.BadResponse,kt.Unauthorized,kt.SubprotocolNotAcceptable,kt.SubscriberAlreadyExists,kt.TooManyInitialisationRequests].includes(M.code)))throw M;if(K)return!1;if(Gs(M)&&M.code===1e3)return F>0;if(!d||ee>=d||!_(M))throw M;return W=!0}r||(async()=>{for(F++;;)try{let[,,M]=await L();await M}catch(M){try{if(!Q(M))return}catch(N){return o?.(N)}}})();function B(M,N){let P=C(M),I=!1,le=!1,Y=()=>{F--,I=!0};return(async()=>{for(F++;;)try{let[$,oe,z]=await L();if(I)return z.catch(()=>{}),oe();let G=w.onMessage(P,ke=>{switch(ke.type){case Ct.Next:{N.next(ke.payload);return}case Ct.Error:{le=!0,I=!0,N.error(ke.payload),Y();return}case Ct.Complete:{I=!0,Y();return}}});$.send(fr({id:P,type:Ct.Subscribe,payload:M},x)),Y=()=>{!I&&$.readyState===S.OPEN&&$.send(fr({id:P,type:Ct.Complete},x)),F--,I=!0,oe()},await z.finally(G);return}catch($){if(!Q($))return}})().then(()=>{le||N.complete()}).catch($=>{N.error($)}),()=>{I||Y()}}return{on:w.on,subscribe:B,iterate(M){let N=[],P={done:!1,error:null,resolve:()=>{}},I=B(M,{next(Y){N.push(Y),P.resolve()},error(Y){P.done=!0,P.error=Y,P.resolve()},complete(){P.done=!0,P.resolve()}}),le=(async function*(){for(;;){for(N.length||await new Promise($=>P.resolve=$);N.length;)yield N.shift();if(P.error)throw P.error;if(P.done)return}})();return le.throw=async Y=>(P.done||(P.done=!0,P.error=Y,P.resolve()),{done:!0,value:void 0}),le.return=async()=>(I(),{done:!0,value:void 0}),le},async dispose(){if(K=!0,j){let[M]=await j;M.close(1e3,"Normal Closure")}},terminate(){j&&w.emit("closed",new Gr)}}}var Gr=class extends Error{name="TerminatedCloseEvent";message="4499: Terminated";code=4499;reason="Terminated";wasClean=!1};function Gs(e){return _n(e)&&"code"in e&&"reason"in e}function Rd(e){return[1e3,1001,1006,1005,1012,1013,1014].includes(e)?!1:e>=1e3&&e<=1999}function Ld(e){return typeof e=="function"&&"constructor"in e&&"CLOSED"in e&&"CLOSING"in e&&"CONNECTING"in e&&"OPEN"in e}var Dd=3e4,Td=15e3,Ya=4403,Id=1009;function el({url:e,token:t,silence:n=Dd,...r}){let[o,i,a,u]=["","",!0,!1],c,d=Hs({url:e.replace(/^http/,"ws"),connectionParams:async()=>{if(o=await t(i),i&&o===i)throw new Error("The access token is not valid; sign in again.");return o?{Authorization:`Bearer ${o}`}:{}},retryAttempts:1/0,retryWait:y=>{let C=Math.min(500*2**y,Td);return new Promise(x=>setTimeout(x,C*(.5+Math.random()/2)))},shouldRetry:y=>{let C=Xa(y);return C===void 0?!(y instanceof Error):C===Ya?a:C!==Id},...r}),p=()=>{clearTimeout(c),c=setTimeout(()=>d.terminate(),n)};d.on("connecting",p),d.on("connected",()=>[i,u]=["",!1]),d.on("closed",y=>{clearTimeout(c),Xa(y)===Ya&&(a=o!==""&&!i,i=o)}),d.on("error",()=>clearTimeout(c)),d.on("message",y=>{p(),y.type==="error"&&za(y.payload)&&_()});let _=()=>{u||(u=!0,i=o,d.terminate())};return{...d,subscribe:(y,C)=>{let x=!1,R=()=>d.subscribe(y,{complete:()=>C.complete(),next:S=>{x=!1,C.next(S)},error:S=>{if(x||!za(S))return C.error(S);x=!0,_(),T=R()}}),T=R();return()=>T()}}}var za=e=>Array.isArray(e)&&e.some(({extensions:t})=>t?.code==="UNAUTHENTICATED"),Xa=e=>e.code;function Ws(e){let[t]=Array.isArray(e)?e:[e],{message:n,reason:r,code:o}=t??{};return n||r||(o?`The connection was closed with ${o}.`:"The server cannot be reached.")}async function*tl(e,{eventId:t,rows:n=!0,labels:r=!1,whole:o=!1,signal:i}){let a=Md(e,Ga,{event:t,rows:n,labels:r,whole:o},i);for await(let{seatAvailability:u}of a)yield u}async function*Md(e,t,n,r){let o={query:t.toString(),variables:{...n}},[i,a]=[new Bn,!1];for(;!r?.aborted;){let u=0,c=Nd(e).iterate(o),d=()=>{c.return?.()};r?.addEventListener("abort",d);try{for await(let p of c){let _=Eo(p);if(_)throw _;yield p.data,[i,a]=[new Bn,!1]}}catch(p){let _=Array.isArray(p)?Eo({errors:p}):p;if(_ instanceof Zt)throw _;if(!(_ instanceof lt))throw new $r(Ws(_));if(!(_.code==="UNAUTHENTICATED"&&e.session.tokens&&!a)&&!Os(_)&&_.code!=="INTERNAL")throw _;[a,u]=[_.code==="UNAUTHENTICATED",1e3*Vs(_)],e.options.onLost?.(_.message)}finally{r?.removeEventListener("abort",d)}await Co(i.next(u),r)}}function Nd(e){let{url:t,silence:n,webSocketImpl:r,onLost:o}=e.options;return e.socket??=el({url:t,token:i=>e.session.token(i),...n&&{silence:n},...r?{webSocketImpl:r}:{},on:{closed:i=>i.code===1e3||o?.(Ws(i))}})}async function nl(e,{email:t,password:n}){let r=await ut(e,Va,{input:{email:t,password:n}},{signedIn:!1});return e.session.begin(r),r.user}async function Ks(e,{everywhere:t=!1}={}){let{tokens:n}=e.session;if(!n)return 0;let r={refreshToken:n.refreshToken,everywhere:t},{sessionsEnded:o}=await ut(e,qa,{input:r},{signedIn:!1});return e.session.end(),o}var Fd=Symbol.for("preact-signals");function Ro(){if(on>1)on--;else{var e,t=!1;for((function(){var o=xo;for(xo=void 0;o!==void 0;){var i=o.S;if(i.v===o.v)for(var a=i.t;a!==void 0;a=a.x)a.i===o.i&&(a.i=i.i);o=o.o}})();Wr!==void 0;){var n=Wr;for(Wr=void 0,Ao++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&ol(n))try{n.c()}catch(o){t||(e=o,t=!0)}n=r}}if(Ao=0,on--,t)throw e}}function js(e){if(on>0)return e();Qs=++Pd,on++;try{return e()}finally{Ro()}}var Hr,Le=void 0;function Kr(e){var t=Le,n=Hr;Le=void 0,Hr=void 0;try{return e()}finally{Le=t,Hr=n}}var Wr=void 0,on=0,Ao=0,Pd=0,Qs=0,xo=void 0,wo=0;function rl(e){if(Le!==void 0){var t=e.n;if(t===void 0||t.t!==Le)return t={i:0,S:e,p:Le.s,n:void 0,t:Le,e:void 0,x:void 0,r:t},Le.s!==void 0&&(Le.s.n=t),Le.s=t,e.n=t,32&Le.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=Le.s,t.n=void 0,Le.s.n=t,Le.s=t),t}}function $e(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,this.Z=t?.unwatched,this.name=t?.name}$e.prototype.brand=Fd;$e.prototype.h=function(){return!0};$e.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n!==void 0?n.e=e:Kr(function(){var r;(r=t.W)==null||r.call(t)}))};$e.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,r=e.x;n!==void 0&&(n.x=r,e.e=void 0),r!==void 0&&(r.e=n,e.x=void 0),e===this.t&&(this.t=r,r===void 0&&Kr(function(){var o;(o=t.Z)==null||o.call(t)}))}};$e.prototype.subscribe=function(e){var t=this;return Vn(function(){var n=t.value;Kr(function(){return e(n)})},{name:"sub"})};$e.prototype.valueOf=function(){return this.value};$e.prototype.toString=function(){return this.value+""};$e.prototype.toJSON=function(){return this.value};$e.prototype.peek=function(){var e=this;return Kr(function(){return e.value})};Object.defineProperty($e.prototype,"value",{get:function(){var e=rl(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(Ao>100)throw new Error("Cycle detected");(function(n){on!==0&&Ao===0&&n.l!==Qs&&(n.l=Qs,xo={S:n,v:n.v,i:n.i,o:xo})})(this),this.v=e,this.i++,wo++,on++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{Ro()}}}});function pt(e,t){return new $e(e,t)}function ol(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function sl(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function il(e){for(var t=e.s,n=void 0;t!==void 0;){var r=t.p;t.i===-1?(t.S.U(t),r!==void 0&&(r.n=t.n),t.n!==void 0&&(t.n.p=r)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=r}e.s=n}function On(e,t){$e.call(this,void 0,t),this.x=e,this.s=void 0,this.g=wo-1,this.f=4}On.prototype=new $e;On.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===wo))return!0;if(this.g=wo,this.f|=1,this.i>0&&!ol(this))return this.f&=-2,!0;var e=Le;try{sl(this),Le=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return Le=e,il(this),this.f&=-2,!0};On.prototype.S=function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}$e.prototype.S.call(this,e)};On.prototype.U=function(e){if(this.t!==void 0&&($e.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}};On.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}};Object.defineProperty(On.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=rl(this);if(this.h(),e!==void 0&&(e.i=this.i),16&this.f)throw this.v;return this.v}});function Lo(e,t){return new On(e,t)}function al(e){var t=e.j;if(e.j=void 0,typeof t=="function"){on++;var n=Le;Le=void 0;try{t()}catch(r){throw e.f&=-2,e.f|=8,Js(e),r}finally{Le=n,Ro()}}}function Js(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,al(e)}function Bd(e){if(Le!==this)throw new Error("Out-of-order effect");il(this),Le=e,this.f&=-2;try{8&this.f&&Js(this)}finally{Ro()}}function pr(e,t){this.x=e,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=t?.name,Hr&&Hr.push(this)}pr.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t=="function"&&(this.j=t)}finally{e()}};pr.prototype.S=function(){if(1&this.f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,al(this),sl(this),on++;var e=Le;return Le=this,Bd.bind(this,e)};pr.prototype.N=function(){2&this.f||(this.f|=2,this.u=Wr,Wr=this)};pr.prototype.d=function(){this.f|=8,1&this.f||Js(this)};pr.prototype.dispose=function(){this.d()};function Vn(e,t){var n=new pr(e,t);try{n.c()}catch(o){throw n.d(),o}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var ll,To,Do,Od=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var ul=[];Vn(function(){ll=this.N})();function yr(e,t){ce[e]=t.bind(null,ce[e]||function(){})}function Qr(e){if(Do){var t=Do;Do=void 0,t()}Do=e&&e.S()}function cl(e){var t=this,n=e.data,r=Ud(n);r.name="ReactiveDom",r.value=n;var o=gr(function(){for(var u=t,c=t.__v;c=c.__;)if(c.__c){c.__c.__$f|=4;break}var d=Lo(function(){var y=r.value.value;return y===0?0:y===!0?"":y||""}),p=Lo(function(){return!Array.isArray(d.value)&&!vs(d.value)}),_=Vn(function(){if(this.N=dl,p.value){var y=d.value;u.__v&&u.__v.__e&&u.__v.__e.nodeType===3&&(u.__v.__e.data=y)}}),h=t.__$u.d;return t.__$u.d=function(){_(),h.call(this)},[p,d]},[]),i=o[0],a=o[1];return i.value?a.peek():a.value}cl.displayName="ReactiveTextNode";Object.defineProperties($e.prototype,{constructor:{configurable:!0,value:ha(ie,null).constructor},type:{configurable:!0,value:cl},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}});yr("__b",function(e,t){if(Qr(),To=void 0,typeof t.type=="string"){var n,r=t.props;for(var o in r)if(o!=="children"){var i=r[o];i instanceof $e&&(n||(t.__np=n={}),n[o]=i,r[o]=i.peek())}}e(t)});yr("__r",function(e,t){if(e(t),t.type!==ie){Qr();var n,r=t.__c;r&&(r.__$f&=-2,(n=r.__$u)===void 0&&(r.__$u=n=(function(o,i){var a;return Vn(function(){a=this},{name:i}),a.c=o,a})((function(o){return function(){var i;Od&&((i=this.y)==null||i.call(this)),o.__$f|=1,o.setState({})}})(r),typeof t.type=="function"?t.type.displayName||t.type.name:""))),To=r,Qr(n)}});yr("__e",function(e,t,n,r){Qr(),To=void 0,e(t,n,r)});yr("diffed",function(e,t){Qr(),To=void 0;var n;if(typeof t.type=="string"&&(n=t.__e)){var r=t.__np,o=t.props,i=n.U;if(i)for(var a in i){var u=i[a];u===void 0||r&&a in r||(u.d(),i[a]=void 0)}if(r){i||(i={},n.U=i);for(var c in r){var d=i[c],p=r[c];d===void 0?(d=Vd(n,c,p,o),i[c]=d):d.o(p,o)}}}e(t)});function Vd(e,t,n,r){var o=t in e&&e.ownerSVGElement===void 0,i=pt(n);return{o:function(a,u){i.value=a,r=u},d:Vn(function(){this.N=dl;var a=i.value.value;r[t]!==a&&(r[t]=a,o?e[t]=a:a!=null&&(a!==!1||t[4]==="-")?e.setAttribute(t,a):e.removeAttribute(t))})}}yr("unmount",function(e,t){if(typeof t.type=="string"){var n=t.__e;if(n){var r=n.U;if(r){n.U=void 0;for(var o in r){var i=r[o];i&&i.d()}}}var a=t.__np;if(a){var u=t.props;for(var c in a)u[c]=a[c]}t.__np=void 0}else{var d=t.__c;if(d){d.__$f|=8;var p=d.__$u;p&&(d.__$u=void 0,p.d())}}e(t)});yr("__h",function(e,t,n,r){r<3&&(t.__$f|=2),e(t,n,r)});mr.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,r=n&&n.s!==void 0;for(var o in t)return!0;if(this.__f||typeof this.u=="boolean"&&this.u===!0){var i=2&this.__$f;if(!(r||i||4&this.__$f)||1&this.__$f)return!0}else if(!(r||4&this.__$f)||3&this.__$f)return!0;for(var a in e)if(a!=="__source"&&e[a]!==this.props[a])return!0;for(var u in this.props)if(!(u in e))return!0;return!1};function Ud(e,t){return gr(function(){return pt(e,t)},[])}var qd=function(e){queueMicrotask(function(){queueMicrotask(e)})};function $d(){js(function(){for(var e;e=ul.shift();)ll.call(e)})}function dl(){ul.push(this)===1&&(ce.requestAnimationFrame||qd)($d)}var Io=1/0,Gd=pt(Date.now());function ml(e){Io=Math.min(Io,Date.now()-Date.parse(e))}function gl(){Gd.value=Date.now()-(Number.isFinite(Io)?Io:0)}setInterval(gl,1e3);document.addEventListener("visibilitychange",gl);var Me=class extends String{__apiType;value;__meta__;constructor(t,n){super(t),this.value=t,this.__meta__=n}toString(){return this.value}};var fl=new Me(`
    query Me {
  viewer {
    name
    role
  }
}
    `),pl=new Me(`
    query EventFigures($id: ID!) {
  event(id: $id) {
    ...Figures
    sections {
      id
      name
      seating
      totalSeats
      availableSeats
      lockedSeats
      bookedSeats
    }
    allocations {
      id
      name
      quantity
      taken
      seats
      accessCode
      opensAt
      releasesAt
      releasedAt
    }
  }
  bookingSummary(eventId: $id) {
    bookings {
      confirmed
      pending
      expired
      failed
      cancelled
    }
    revenue {
      gross {
        amount
        currencyCode
      }
      refunded {
        amount
        currencyCode
      }
      net {
        amount
        currencyCode
      }
    }
  }
  healthMetrics(eventId: $id) {
    locks {
      total
      expired
    }
    payments {
      totalAttempts
      successful
      failed
      timedOut
    }
  }
}
    fragment Figures on Event {
  id
  name
  venue
  timeZone
  startsAt
  salesStartAt
  salesEndAt
  salesOpen
  cancelledAt
  cancellationReason
  createdAt
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`),yl=new Me(`
    query Timeline($id: ID!, $from: DateTime!, $to: DateTime!, $bucket: TimelineBucket!) {
  salesTimeline(eventId: $id, from: $from, to: $to, bucket: $bucket) {
    start
    bookings
    locks
    availableSeats
    revenue {
      gross {
        amount
        currencyCode
      }
    }
  }
}
    `);var _l=new Me(`
    mutation OpenSales($id: ID!) {
  openSales(input: {eventId: $id}) {
    __typename
    ...Refusal
    ... on OpenSalesSuccess {
      replayed
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`),bl=new Me(`
    mutation CloseSales($id: ID!) {
  closeSales(input: {eventId: $id}) {
    __typename
    ...Refusal
    ... on CloseSalesSuccess {
      replayed
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`),hl=new Me(`
    mutation CancelEvent($id: ID!, $reason: String!) {
  cancelEvent(input: {eventId: $id, reason: $reason}) {
    __typename
    ...Refusal
    ... on CancelEventSuccess {
      replayed
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`),kl=new Me(`
    mutation CreateAllocation($input: CreateAllocationInput!) {
  createAllocation(input: $input) {
    __typename
    ...Refusal
    ... on CreateAllocationSuccess {
      allocation {
        id
        quantity
      }
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`),Cl=new Me(`
    mutation ReleaseAllocation($id: ID!) {
  releaseAllocation(input: {allocationId: $id}) {
    __typename
    ...Refusal
    ... on ReleaseAllocationSuccess {
      replayed
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`),Sl=new Me(`
    query LastRuns {
  EXPIRE_LOCKS: jobExecutions(job: EXPIRE_LOCKS, first: 1) {
    nodes {
      ...Run
    }
  }
  EXPIRE_BOOKINGS: jobExecutions(job: EXPIRE_BOOKINGS, first: 1) {
    nodes {
      ...Run
    }
  }
  CANCEL_EVENTS: jobExecutions(job: CANCEL_EVENTS, first: 1) {
    nodes {
      ...Run
    }
  }
  SEND_REFUNDS: jobExecutions(job: SEND_REFUNDS, first: 1) {
    nodes {
      ...Run
    }
  }
  RECONCILE: jobExecutions(job: RECONCILE, first: 1) {
    nodes {
      ...Run
    }
  }
  DELIVER: jobExecutions(job: DELIVER, first: 1) {
    nodes {
      ...Run
    }
  }
  RECOVER: jobExecutions(job: RECOVER, first: 1) {
    nodes {
      ...Run
    }
  }
  CLEAN_UP: jobExecutions(job: CLEAN_UP, first: 1) {
    nodes {
      ...Run
    }
  }
}
    fragment Run on JobExecution {
  id
  job
  status
  recordsProcessed
  startedAt
  endedAt
  error
}`),El=new Me(`
    query JobRuns($job: Job, $after: String) {
  jobExecutions(job: $job, first: 20, after: $after) {
    nodes {
      ...Run
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Run on JobExecution {
  id
  job
  status
  recordsProcessed
  startedAt
  endedAt
  error
}`),vl=new Me(`
    mutation RunJob($job: Job!) {
  runJob(input: {job: $job}) {
    __typename
    ...Refusal
    ... on RunJobSuccess {
      execution {
        ...Run
      }
    }
  }
}
    fragment Refusal on Error {
  code
  message
}
fragment Run on JobExecution {
  id
  job
  status
  recordsProcessed
  startedAt
  endedAt
  error
}`),Al=new Me(`
    query Deliveries($status: DeliveryStatus, $after: String) {
  deliveries(status: $status, first: 20, after: $after) {
    nodes {
      id
      type
      byEmail
      status
      attempts
      nextAttemptAt
      lastError
      createdAt
      deliveredAt
      endpoint {
        url
      }
      booking {
        id
        reference
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `),xl=new Me(`
    mutation ReplayDelivery($id: ID!) {
  replayDelivery(input: {deliveryId: $id}) {
    __typename
    ...Refusal
    ... on ReplayDeliverySuccess {
      delivery {
        id
      }
    }
  }
}
    fragment Refusal on Error {
  code
  message
}`),wl=new Me(`
    query Drift {
  inventoryCheck {
    field
    stored
    actual
    event {
      id
      name
    }
  }
}
    `),Rl=new Me(`
    query MoneyDifferences {
  moneyCheck {
    kind
    reference
    ours {
      amount
      currencyCode
    }
    theirs {
      amount
      currencyCode
    }
    booking {
      id
      reference
    }
  }
}
    `),Ll=new Me(`
    query BookingByReference($reference: String!) {
  bookings(reference: $reference, first: 1) {
    nodes {
      ...Found
    }
  }
}
    fragment Found on Booking {
  id
  reference
  quantity
  status
  createdAt
  total {
    amount
    currencyCode
  }
  event {
    id
    name
  }
  user {
    name
    email
  }
}`),Dl=new Me(`
    query BookingById($id: ID!) {
  booking(id: $id) {
    ...Found
  }
}
    fragment Found on Booking {
  id
  reference
  quantity
  status
  createdAt
  total {
    amount
    currencyCode
  }
  event {
    id
    name
  }
  user {
    name
    email
  }
}`),Tl=new Me(`
    query Buyers($search: String!) {
  users(search: $search, first: 10) {
    nodes {
      id
    }
  }
}
    `),Il=new Me(`
    query BookingsOf($user: ID!) {
  bookings(userId: $user, first: 20) {
    nodes {
      ...Found
    }
  }
}
    fragment Found on Booking {
  id
  reference
  quantity
  status
  createdAt
  total {
    amount
    currencyCode
  }
  event {
    id
    name
  }
  user {
    name
    email
  }
}`),Zs=new Me(`
    query Trail($booking: ID, $correlation: String, $after: String) {
  auditLog(
    bookingId: $booking
    correlationId: $correlation
    first: 50
    after: $after
  ) {
    nodes {
      id
      action
      fromStatus
      toStatus
      correlationId
      isRetry
      createdAt
      seats
      metadata
      actor {
        name
        email
      }
      booking {
        id
        reference
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `);var zs="seatlock.console.tokens",Mo="seatlock.console.name",Yt=pt(localStorage.getItem(Mo)),_r=pt(!1),Xs=pt("");function ei(e){Xs.value=e}function Ys(){let e=localStorage.getItem(zs);return e?JSON.parse(e):null}var ne=Ps({url:new URL("/graphql",location.href).href,tokens:Ys(),stored:Ys,onTokens:e=>{e?localStorage.setItem(zs,JSON.stringify(e)):Ml()},onLost:()=>_r.value=!0});function Ml(){localStorage.removeItem(zs),localStorage.removeItem(Mo),Yt.value=null}function ti(){let e=Ys(),t=ne.session.tokens;e&&e.refreshToken!==t?.refreshToken?ne.session.begin(e):!e&&t&&ne.session.end(),Yt.value=localStorage.getItem(Mo)}addEventListener("storage",ti);addEventListener("pageshow",({persisted:e})=>e&&ti());document.addEventListener("visibilitychange",()=>document.visibilityState==="visible"&&ti());var jr=class extends Error{};async function Nl(e){let t=await nl(ne,e);if(t.role!=="ADMIN")throw await Ks(ne).catch(()=>ne.session.end()),new jr;localStorage.setItem(Mo,t.name),Yt.value=t.name}async function ni(){await Ks(ne).catch(()=>ne.session.end())}async function Fl(){if(!ne.session.tokens)return Ml();let{viewer:e}=await Re(ne,fl,{});e?.role!=="ADMIN"&&await ni()}function Un(e){if(e instanceof nn)return e.code==="BAD_CREDENTIALS"?"No account has this e-mail address and password.":e.message;if(e instanceof Zt)return"You were signed out. Please sign in again.";if(e instanceof lt){if(e.code==="UNAVAILABLE")return"The server cannot be reached. Please try again.";if(e.code==="RATE_LIMITED")return"That was a lot in a short time. Please wait a moment.";if(e.code==="FORBIDDEN")return"Only ADMINs may do this.";let t=e.extensions.correlationId;return t?`${e.message} The log has more, under the correlation id ${String(t)}.`:e.message}return"Something went wrong in this page. Please load it again."}function et(e){let t=e.toLowerCase().replaceAll("_"," ");return t.charAt(0).toUpperCase()+t.slice(1)}var Hd=1e3;function sn(e,t){let[n,r]=we({value:null,trouble:""}),[o,i]=[gt(0),gt(e)];i.current=e;async function a(){let u=++o.current;try{let c=await i.current();u===o.current&&r({value:c,trouble:""})}catch(c){u===o.current&&r(d=>({...d,trouble:Un(c)}))}}return Jt(()=>(a(),()=>{o.current++}),[...t]),{...n,again:a}}function bn(e,t){let[n,r]=we([]),[o,i]=we(""),a=sn(async()=>{let p=await e(null);return r([]),p},t),u=n.at(-1)??a.value,c=u?.pageInfo.hasNextPage?u.pageInfo.endCursor:null;async function d(){try{let p=await e(c);r(_=>[..._,p]),i("")}catch(p){i(Un(p))}}return{nodes:a.value&&[a.value,...n].flatMap(({nodes:p})=>p),onwards:c?d:null,trouble:a.trouble||o,again:a.again}}function Ot(){let[e,t]=we(!1),[n,r]=we(""),o=gt(!1);async function i(a){if(!o.current){o.current=!0,t(!0),r("");try{let u=await a();u&&ei(u)}catch(u){r(Un(u)),ei(Un(u))}finally{o.current=!1,t(!1)}}}return{busy:e,trouble:n,run:i}}function No(e,t=!0,n){let[r,o]=we(null),i=gt(n);return i.current=n,Jt(()=>{if(!t)return;let a=new AbortController,u;return(async()=>{try{for await(let c of tl(ne,{eventId:e,rows:!1,signal:a.signal}))_r.value=!1,c.snapshot||ml(c.asOf),o(c),u??=setTimeout(()=>{u=void 0,i.current?.()},Hd)}catch{a.signal.aborted||(_r.value=!0)}})(),()=>{a.abort(),clearTimeout(u)}},[e,t]),r}var Wd=Symbol.for("pv"),Kd=0;function f(e,t,n,r,o,i){t||(t={});var a,u,c=t;if("ref"in c&&typeof e!="function")for(u in c={},t)u=="ref"?a=t[u]:c[u]=t[u];var d={type:e,props:c,key:n,ref:a,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Wd,__v:--Kd,__i:-1,__u:0};return(o||i)&&(d.__source=o,d.__self=i),ce.vnode&&ce.vnode(d),d}var Pl=navigator.language,Qd=new Intl.DateTimeFormat(Pl,{dateStyle:"medium",timeStyle:"medium"});function Ne(e){return e.toLocaleString(Pl)}function Be(e){return e===null?"\u2013":Qd.format(new Date(e))}function hn({of:e,none:t}){return e.trouble?f(Oe,{words:e.trouble,again:e.again}):e.nodes?e.nodes.length?null:f("p",{children:t}):f("p",{children:"Looking \u2026"})}function kn({of:{onwards:e}}){return e&&f("button",{onClick:()=>{e()},children:"More"})}function Oe({words:e,again:t}){return e?f("p",{class:"trouble",role:"alert",children:[e," ",t&&f("button",{onClick:()=>{t()},children:"Try again"})]}):null}function Fo({of:e}){return f("dl",{class:"figures",children:e.map(([t,n])=>f("div",{children:[f("dt",{children:t}),f("dd",{children:n})]},t))})}function tt({label:e,heads:t,rows:n}){let r=i=>typeof i=="number",o=i=>r(i)?Ne(i):i;return f("div",{class:"wide",role:"region","aria-label":e,tabIndex:0,children:f("table",{children:[f("thead",{children:f("tr",{children:t.map((i,a)=>f("th",{scope:"col",class:r(n[0]?.cells[a])?"number":"",children:i},i))})}),f("tbody",{children:n.map(({key:i,cells:[a,...u]})=>f("tr",{children:[f("th",{scope:"row",children:o(a)}),u.map((c,d)=>f("td",{class:r(c)?"number":"",children:f(ie,{children:o(c)})},d))]},i))})]})})}var Po=pt(null);function br(e){return new Promise(t=>{Po.value?.answer(null),Po.value={...e,answer:t}})}function Bl(){let e=gt(null),t=Po.value;Jt(()=>{t?e.current?.showModal():e.current?.close()},[t]);function n(o){Po.value=null,t?.answer(o)}function r(o){o.preventDefault(),n(String(new FormData(o.currentTarget).get("field")??"").trim())}return f("dialog",{ref:e,"aria-labelledby":"question-title",onClose:()=>t&&n(null),children:t&&f("form",{onSubmit:r,children:[f("h2",{id:"question-title",children:t.title}),f("p",{children:t.text}),t.field&&f("label",{children:[t.field," ",f("input",{name:"field",required:!0,maxLength:500,pattern:".*\\S.*"})]}),f("p",{class:"buttons",children:[f("button",{type:"button",onClick:()=>n(null),children:"No, go back"}),f("button",{class:"danger",children:t.yes})]})]})})}function Ol({event:e,again:t}){let{busy:n,trouble:r,run:o}=Ot(),i=({id:u,name:c,quantity:d,taken:p})=>o(async()=>{let _=`${qs(d-p)} can then be bought by everybody.`;return await br({title:`Release ${c}?`,text:_,yes:"Yes, release it"})===null?null:(await ut(ne,Cl,{id:u}),await t(),`${c} is released.`)}),a=e.allocations.map(u=>({key:u.id,cells:[u.name,u.quantity,u.taken,u.accessCode??"\u2013",u.opensAt?Be(u.opensAt):"At once",Be(u.releasedAt??u.releasesAt),u.releasedAt?"Released":f("button",{"aria-label":`Release ${u.name}`,"aria-disabled":n,onClick:()=>{i(u)},children:"Release"})]}));return f(ie,{children:[f("h2",{children:"Kept back"}),f(Oe,{words:r}),a.length?f(tt,{label:"Kept back",heads:["Name","Seats","Taken","Access code","Code opens","Released","State"],rows:a}):f("p",{children:"The house keeps nothing back."}),!e.cancelledAt&&f(jd,{event:e,again:t})]})}function jd({event:e,again:t}){let{busy:n,trouble:r,run:o}=Ot(),[i,a]=we(!1),u=gt({request:"",key:""});function c(d){d.preventDefault();let p=d.currentTarget,_=new FormData(p),h=T=>String(_.get(T)??"").trim(),y=h("labels").split(/[\s,;]+/).filter(Boolean),C=i?[{seats:y}]:[{quantity:{count:Number(h("count")),section:h("section")}}],x={eventId:e.id,name:h("name"),selection:C,...h("code")&&{accessCode:h("code")},...h("until")&&{releasesAt:new Date(h("until")).toISOString()}},R=JSON.stringify(x);u.current.request!==R&&(u.current={request:R,key:Bs()}),o(async()=>{let T;try{T=(await ut(ne,kl,{input:{...x,idempotencyKey:u.current.key}})).allocation.quantity,u.current.request=""}catch(S){throw S instanceof lt&&S.code==="UNAVAILABLE"||(u.current.request=""),S}return p.reset(),await t(),`${x.name} keeps back ${qs(T)}.`})}return f("details",{children:[f("summary",{children:"Keep seats back"}),f("form",{class:"keep",onSubmit:c,children:[f("label",{children:["Name ",f("input",{name:"name",required:!0,maxLength:200})]}),f("label",{children:[f("input",{type:"checkbox",checked:i,onChange:({currentTarget:d})=>a(d.checked)})," I name the seats"]}),i?f("label",{children:["Seats, as in STALLS-A-12, with commas between them ",f("input",{name:"labels",required:!0})]}):f(ie,{children:[f("label",{children:["Section"," ",f("select",{name:"section",children:e.sections.map(({id:d,name:p})=>f("option",{children:p},d))})]}),f("label",{children:["How many ",f("input",{name:"count",type:"number",min:1,max:1e4,defaultValue:"1",required:!0})]})]}),f("label",{children:["Access code, with which buyers take them (8 characters or more; none: nobody can)"," ",f("input",{name:"code",minLength:8,maxLength:128,autocomplete:"off"})]}),f("label",{children:["Released to everybody on (none: when you release it) ",f("input",{name:"until",type:"datetime-local"})]}),f(Oe,{words:r}),f("button",{class:"main","aria-disabled":n,children:"Keep back"})]})]})}function Vl({event:{id:e,name:t,salesOpen:n,cancelledAt:r,startsAt:o},again:i}){let{busy:a,trouble:u,run:c}=Ot();if(r||Date.parse(o)<=Date.now())return null;let d=()=>c(async()=>await br({title:`Close the sales of ${t}?`,text:"Nobody can hold seats until you open them again. Who holds some already can pay for them.",yes:"Yes, close them"})===null?null:(await ut(ne,bl,{id:e}),await i(),"Sales are closed.")),p=()=>c(async()=>await br({title:`Open the sales of ${t}?`,text:"Buyers can hold seats at once.",yes:"Yes, open them"})===null?null:(await ut(ne,_l,{id:e}),await i(),"Sales are open.")),_=()=>c(async()=>{let y=await br({title:`Cancel ${t}?`,text:"All bookings are cancelled, and all money is given back. This cannot be undone.",yes:"Yes, cancel the event",field:"Why, as buyers will read it"});return y===null?null:(await ut(ne,hl,{id:e,reason:y}),await i(),"The event is cancelled.")});return f(ie,{children:[f("p",{class:"buttons",children:[n?f("button",{"aria-disabled":a,onClick:()=>{d()},children:"Close sales"}):f("button",{"aria-disabled":a,onClick:()=>{p()},children:"Open sales"}),f("button",{class:"danger","aria-disabled":a,onClick:()=>{_()},children:"Cancel the event"})]}),f(Oe,{words:u})]})}var Jd="uplot",Zd="u-hz",Yd="u-vt",zd="u-title",Xd="u-wrap",em="u-under",tm="u-over",nm="u-axis",Gn="u-off",rm="u-select",om="u-cursor-x",sm="u-cursor-y",im="u-cursor-pt",am="u-legend",lm="u-live",um="u-inline",cm="u-series",dm="u-marker",Ul="u-label",mm="u-value",Zr="width",Yr="height";var ql="bottom",hr="left",ri="right",ki="#000",$l=ki+"0",oi="mousemove",Gl="mousedown",si="mouseup",Hl="mouseenter",Wl="mouseleave",Kl="dblclick",gm="resize",fm="scroll",Ql="change",qo="dppxchange",Ci="--",xr=typeof window<"u",ci=xr?document:null,Cr=xr?window:null,pm=xr?navigator:null,pe,Bo;function di(){let e=devicePixelRatio;pe!=e&&(pe=e,Bo&&gi(Ql,Bo,di),Bo=matchMedia(`(min-resolution: ${pe-.001}dppx) and (max-resolution: ${pe+.001}dppx)`),Hn(Ql,Bo,di),Cr.dispatchEvent(new CustomEvent(qo)))}function St(e,t){if(t!=null){let n=e.classList;!n.contains(t)&&n.add(t)}}function mi(e,t){let n=e.classList;n.contains(t)&&n.remove(t)}function Ae(e,t,n){e.style[t]=n+"px"}function Vt(e,t,n,r){let o=ci.createElement(e);return t!=null&&St(o,t),n?.insertBefore(o,r),o}function It(e,t){return Vt("div",e,t)}var jl=new WeakMap;function zt(e,t,n,r,o){let i="translate("+t+"px,"+n+"px)",a=jl.get(e);i!=a&&(e.style.transform=i,jl.set(e,i),t<0||n<0||t>r||n>o?St(e,Gn):mi(e,Gn))}var Jl=new WeakMap;function Zl(e,t,n){let r=t+n,o=Jl.get(e);r!=o&&(Jl.set(e,r),e.style.background=t,e.style.borderColor=n)}var Yl=new WeakMap;function zl(e,t,n,r){let o=t+""+n,i=Yl.get(e);o!=i&&(Yl.set(e,o),e.style.height=n+"px",e.style.width=t+"px",e.style.marginLeft=r?-t/2+"px":0,e.style.marginTop=r?-n/2+"px":0)}var Si={passive:!0},ym={...Si,capture:!0};function Hn(e,t,n,r){t.addEventListener(e,n,r?ym:Si)}function gi(e,t,n,r){t.removeEventListener(e,n,Si)}xr&&di();function Ut(e,t,n,r){let o;n=n||0,r=r||t.length-1;let i=r<=2147483647;for(;r-n>1;)o=i?n+r>>1:Et((n+r)/2),t[o]<e?n=o:r=o;return e-t[n]<=t[r]-e?n:r}function xu(e){return(n,r,o)=>{let i=-1,a=-1;for(let u=r;u<=o;u++)if(e(n[u])){i=u;break}for(let u=o;u>=r;u--)if(e(n[u])){a=u;break}return[i,a]}}var wu=e=>e!=null,Ru=e=>e!=null&&e>0,Ho=xu(wu),_m=xu(Ru);function bm(e,t,n,r=0,o=!1){let i=o?_m:Ho,a=o?Ru:wu;[t,n]=i(e,t,n);let u=e[t],c=e[t];if(t>-1)if(r==1)u=e[t],c=e[n];else if(r==-1)u=e[n],c=e[t];else for(let d=t;d<=n;d++){let p=e[d];a(p)&&(p<u?u=p:p>c&&(c=p))}return[u??be,c??-be]}function Wo(e,t,n,r){let o=tu(e),i=tu(t);e==t&&(o==-1?(e*=n,t/=n):(e/=n,t*=n));let a=n==10?an:Lu,u=o==1?Et:Mt,c=i==1?Mt:Et,d=u(a(He(e))),p=c(a(He(t))),_=Sr(n,d),h=Sr(n,p);return n==10&&(d<0&&(_=he(_,-d)),p<0&&(h=he(h,-p))),r||n==2?(e=_*o,t=h*i):(e=Mu(e,_),t=Ko(t,h)),[e,t]}function Ei(e,t,n,r){let o=Wo(e,t,n,r);return e==0&&(o[0]=0),t==0&&(o[1]=0),o}var vi=.1,Xl={mode:3,pad:vi},Xr={pad:0,soft:null,mode:0},hm={min:Xr,max:Xr};function $o(e,t,n,r){return Qo(n)?eu(e,t,n):(Xr.pad=n,Xr.soft=r?0:null,Xr.mode=r?3:0,eu(e,t,hm))}function ge(e,t){return e??t}function km(e,t,n){for(t=ge(t,0),n=ge(n,e.length-1);t<=n;){if(e[t]!=null)return!0;t++}return!1}function eu(e,t,n){let r=n.min,o=n.max,i=ge(r.pad,0),a=ge(o.pad,0),u=ge(r.hard,-be),c=ge(o.hard,be),d=ge(r.soft,be),p=ge(o.soft,-be),_=ge(r.mode,0),h=ge(o.mode,0),y=t-e,C=an(y),x=ct(He(e),He(t)),R=an(x),T=He(R-C);(y<1e-24||T>10)&&(y=0,(e==0||t==0)&&(y=1e-24,_==2&&d!=be&&(i=0),h==2&&p!=-be&&(a=0)));let S=y||x||1e3,w=an(S),v=Sr(10,Et(w)),j=S*(y==0?e==0?.1:1:i),F=he(Mu(e-j,v/10),24),Z=e>=d&&(_==1||_==3&&F<=d||_==2&&F>=d)?d:be,W=ct(u,F<Z&&e>=Z?Z:qt(Z,F)),ee=S*(y==0?t==0?.1:1:a),K=he(Ko(t+ee,v/10),24),L=t<=p&&(h==1||h==3&&K>=p||h==2&&K<=p)?p:-be,Q=qt(c,K>L&&t<=L?L:ct(L,K));return W==Q&&W==0&&(Q=100),[W,Q]}var Cm=new Intl.NumberFormat(xr?pm.language:"en-US"),Ai=e=>Cm.format(e),vt=Math,Uo=vt.PI,He=vt.abs,Et=vt.floor,Ge=vt.round,Mt=vt.ceil,qt=vt.min,ct=vt.max,Sr=vt.pow,tu=vt.sign,an=vt.log10,Lu=vt.log2,Sm=(e,t=1)=>vt.sinh(e)*t,ii=(e,t=1)=>vt.asinh(e/t),be=1/0;function nu(e){return(an((e^e>>31)-(e>>31))|0)+1}function fi(e,t,n){return qt(ct(e,t),n)}function Du(e){return typeof e=="function"}function ae(e){return Du(e)?e:()=>e}var Em=()=>{},Tu=e=>e,Iu=(e,t)=>t,vm=e=>null,ru=e=>!0,ou=(e,t)=>e==t,Am=/\.\d*?(?=9{6,}|0{6,})/gm,Wn=e=>{if(Fu(e)||Sn.has(e))return e;let t=`${e}`,n=t.match(Am);if(n==null)return e;let r=n[0].length-1;if(t.indexOf("e-")!=-1){let[o,i]=t.split("e");return+`${Wn(o)}e${i}`}return he(e,r)};function qn(e,t){return Wn(he(Wn(e/t))*t)}function Ko(e,t){return Wn(Mt(Wn(e/t))*t)}function Mu(e,t){return Wn(Et(Wn(e/t))*t)}function he(e,t=0){if(Fu(e))return e;let n=10**t,r=e*n*(1+Number.EPSILON);return Ge(r)/n}var Sn=new Map;function Nu(e){return((""+e).split(".")[1]||"").length}function to(e,t,n,r){let o=[],i=r.map(Nu);for(let a=t;a<n;a++){let u=He(a),c=he(Sr(e,a),u);for(let d=0;d<r.length;d++){let p=e==10?+`${r[d]}e${a}`:r[d]*c,_=(a>=0?0:u)+(a>=i[d]?0:i[d]),h=e==10?p:he(p,_);o.push(h),Sn.set(h,_)}}return o}var eo={},xi=[],Er=[null,null],Cn=Array.isArray,Fu=Number.isInteger,xm=e=>e===void 0;function su(e){return typeof e=="string"}function Qo(e){let t=!1;if(e!=null){let n=e.constructor;t=n==null||n==Object}return t}function wm(e){return e!=null&&typeof e=="object"}var Rm=Object.getPrototypeOf(Uint8Array),Pu="__proto__";function vr(e,t=Qo){let n;if(Cn(e)){let r=e.find(o=>o!=null);if(Cn(r)||t(r)){n=Array(e.length);for(let o=0;o<e.length;o++)n[o]=vr(e[o],t)}else n=e.slice()}else if(e instanceof Rm)n=e.slice();else if(t(e)){n={};for(let r in e)r!=Pu&&(n[r]=vr(e[r],t))}else n=e;return n}function Ve(e){let t=arguments;for(let n=1;n<t.length;n++){let r=t[n];for(let o in r)o!=Pu&&(Qo(e[o])?Ve(e[o],vr(r[o])):e[o]=vr(r[o]))}return e}var Lm=0,Dm=1,Tm=2;function Im(e,t,n){for(let r=0,o,i=-1;r<t.length;r++){let a=t[r];if(a>i){for(o=a-1;o>=0&&e[o]==null;)e[o--]=null;for(o=a+1;o<n&&e[o]==null;)e[i=o++]=null}}}function Mm(e,t){if(Pm(e)){let a=e[0].slice();for(let u=1;u<e.length;u++)a.push(...e[u].slice(1));return Bm(a[0])||(a=Fm(a)),a}let n=new Set;for(let a=0;a<e.length;a++){let c=e[a][0],d=c.length;for(let p=0;p<d;p++)n.add(c[p])}let r=[Array.from(n).sort((a,u)=>a-u)],o=r[0].length,i=new Map;for(let a=0;a<o;a++)i.set(r[0][a],a);for(let a=0;a<e.length;a++){let u=e[a],c=u[0];for(let d=1;d<u.length;d++){let p=u[d],_=Array(o).fill(void 0),h=t?t[a][d]:Dm,y=[];for(let C=0;C<p.length;C++){let x=p[C],R=i.get(c[C]);x===null?h!=Lm&&(_[R]=x,h==Tm&&y.push(R)):_[R]=x}Im(_,y,o),r.push(_)}}return r}var Nm=typeof queueMicrotask>"u"?e=>Promise.resolve().then(e):queueMicrotask;function Fm(e){let t=e[0],n=t.length,r=Array(n);for(let i=0;i<r.length;i++)r[i]=i;r.sort((i,a)=>t[i]-t[a]);let o=[];for(let i=0;i<e.length;i++){let a=e[i],u=Array(n);for(let c=0;c<n;c++)u[c]=a[r[c]];o.push(u)}return o}function Pm(e){let t=e[0][0],n=t.length;for(let r=1;r<e.length;r++){let o=e[r][0];if(o.length!=n)return!1;if(o!=t){for(let i=0;i<n;i++)if(o[i]!=t[i])return!1}}return!0}function Bm(e,t=100){let n=e.length;if(n<=1)return!0;let r=0,o=n-1;for(;r<=o&&e[r]==null;)r++;for(;o>=r&&e[o]==null;)o--;if(o<=r)return!0;let i=ct(1,Et((o-r+1)/t));for(let a=e[r],u=r+i;u<=o;u+=i){let c=e[u];if(c!=null){if(c<=a)return!1;a=c}}return!0}var Bu=["January","February","March","April","May","June","July","August","September","October","November","December"],Ou=["Sunday","Monday","Tuesday","Wednesday","Thursday","Friday","Saturday"];function Vu(e){return e.slice(0,3)}var Om=Ou.map(Vu),Vm=Bu.map(Vu),Um={MMMM:Bu,MMM:Vm,WWWW:Ou,WWW:Om};function Jr(e){return(e<10?"0":"")+e}function qm(e){return(e<10?"00":e<100?"0":"")+e}var $m={YYYY:e=>e.getFullYear(),YY:e=>(e.getFullYear()+"").slice(2),MMMM:(e,t)=>t.MMMM[e.getMonth()],MMM:(e,t)=>t.MMM[e.getMonth()],MM:e=>Jr(e.getMonth()+1),M:e=>e.getMonth()+1,DD:e=>Jr(e.getDate()),D:e=>e.getDate(),WWWW:(e,t)=>t.WWWW[e.getDay()],WWW:(e,t)=>t.WWW[e.getDay()],HH:e=>Jr(e.getHours()),H:e=>e.getHours(),h:e=>{let t=e.getHours();return t==0?12:t>12?t-12:t},AA:e=>e.getHours()>=12?"PM":"AM",aa:e=>e.getHours()>=12?"pm":"am",a:e=>e.getHours()>=12?"p":"a",mm:e=>Jr(e.getMinutes()),m:e=>e.getMinutes(),ss:e=>Jr(e.getSeconds()),s:e=>e.getSeconds(),fff:e=>qm(e.getMilliseconds())};function wi(e,t){t=t||Um;let n=[],r=/\{([a-z]+)\}|[^{]+/gi,o;for(;o=r.exec(e);)n.push(o[0][0]=="{"?$m[o[1]]:o[0]);return i=>{let a="";for(let u=0;u<n.length;u++)a+=typeof n[u]=="string"?n[u]:n[u](i,t);return a}}var Gm=new Intl.DateTimeFormat().resolvedOptions().timeZone;function Hm(e,t){let n;return t=="UTC"||t=="Etc/UTC"?n=new Date(+e+e.getTimezoneOffset()*6e4):t==Gm?n=e:(n=new Date(e.toLocaleString("en-US",{timeZone:t})),n.setMilliseconds(e.getMilliseconds())),n}var Uu=e=>e%1==0,Go=[1,2,2.5,5],Wm=to(10,-32,0,Go),qu=to(10,0,32,Go),Km=qu.filter(Uu),$n=Wm.concat(qu),Ri=`
`,$u="{YYYY}",iu=Ri+$u,Gu="{M}/{D}",zr=Ri+Gu,Oo=zr+"/{YY}",Hu="{aa}",Qm="{h}:{mm}",kr=Qm+Hu,au=Ri+kr,lu=":{ss}",ye=null;function Wu(e){let t=e*1e3,n=t*60,r=n*60,o=r*24,i=o*30,a=o*365,c=(e==1?to(10,0,3,Go).filter(Uu):to(10,-3,0,Go)).concat([t,t*5,t*10,t*15,t*30,n,n*5,n*10,n*15,n*30,r,r*2,r*3,r*4,r*6,r*8,r*12,o,o*2,o*3,o*4,o*5,o*6,o*7,o*8,o*9,o*10,o*15,i,i*2,i*3,i*4,i*6,a,a*2,a*5,a*10,a*25,a*50,a*100]),d=[[a,$u,ye,ye,ye,ye,ye,ye,1],[o*28,"{MMM}",iu,ye,ye,ye,ye,ye,1],[o,Gu,iu,ye,ye,ye,ye,ye,1],[r,"{h}"+Hu,Oo,ye,zr,ye,ye,ye,1],[n,kr,Oo,ye,zr,ye,ye,ye,1],[t,lu,Oo+" "+kr,ye,zr+" "+kr,ye,au,ye,1],[e,lu+".{fff}",Oo+" "+kr,ye,zr+" "+kr,ye,au,ye,1]];function p(_){return(h,y,C,x,R,T)=>{let S=[],w=R>=a,v=R>=i&&R<a,j=_(C),F=he(j*e,3),Z=ai(j.getFullYear(),w?0:j.getMonth(),v||w?1:j.getDate()),W=he(Z*e,3);if(v||w){let ee=v?R/i:0,K=w?R/a:0,L=F==W?F:he(ai(Z.getFullYear()+K,Z.getMonth()+ee,1)*e,3),Q=new Date(Ge(L/e)),B=Q.getFullYear(),M=Q.getMonth();for(let N=0;L<=x;N++){let P=ai(B+K*N,M+ee*N,1),I=P-_(he(P*e,3));L=he((+P+I)*e,3),L<=x&&S.push(L)}}else{let ee=R>=o?o:R,K=Et(C)-Et(F),L=W+K+Ko(F-W,ee);S.push(L);let Q=_(L),B=Q.getHours()+Q.getMinutes()/n+Q.getSeconds()/r,M=R/r,N=h.axes[y]._space,P=T/N;for(;L=he(L+R,e==1?0:3),!(L>x);)if(M>1){let I=Et(he(B+M,6))%24,$=_(L).getHours()-I;$>1&&($=-1),L-=$*r,B=(B+M)%24;let oe=S[S.length-1];he((L-oe)/R,3)*P>=.7&&S.push(L)}else S.push(L)}return S}}return[c,d,p]}var[jm,Jm,Zm]=Wu(1),[Ym,zm,Xm]=Wu(.001);to(2,-53,53,[1]);function uu(e,t){return e.map(n=>n.map((r,o)=>o==0||o==8||r==null?r:t(o==1||n[8]==0?r:n[1]+r)))}function cu(e,t){return(n,r,o,i,a)=>{let u=t.find(C=>a>=C[0])||t[t.length-1],c,d,p,_,h,y;return r.map(C=>{let x=e(C),R=x.getFullYear(),T=x.getMonth(),S=x.getDate(),w=x.getHours(),v=x.getMinutes(),j=x.getSeconds(),F=R!=c&&u[2]||T!=d&&u[3]||S!=p&&u[4]||w!=_&&u[5]||v!=h&&u[6]||j!=y&&u[7]||u[1];return c=R,d=T,p=S,_=w,h=v,y=j,F(x)})}}function eg(e,t){let n=wi(t);return(r,o,i,a,u)=>o.map(c=>n(e(c)))}function ai(e,t,n){return new Date(e,t,n)}function du(e,t){return t(e)}var tg="{YYYY}-{MM}-{DD} {h}:{mm}{aa}";function mu(e,t){return(n,r,o,i)=>i==null?Ci:t(e(r))}function ng(e,t){let n=e.series[t];return n.width?n.stroke(e,t):n.points.width?n.points.stroke(e,t):null}function rg(e,t){return e.series[t].fill(e,t)}var og={show:!0,live:!0,isolate:!1,mount:Em,markers:{show:!0,width:2,stroke:ng,fill:rg,dash:"solid"},idx:null,idxs:null,values:[]};function sg(e,t){let n=e.cursor.points,r=It(),o=n.size(e,t);Ae(r,Zr,o),Ae(r,Yr,o);let i=o/-2;Ae(r,"marginLeft",i),Ae(r,"marginTop",i);let a=n.width(e,t,o);return a&&Ae(r,"borderWidth",a),r}function ig(e,t){let n=e.series[t].points;return n._fill||n._stroke}function ag(e,t){let n=e.series[t].points;return n._stroke||n._fill}function lg(e,t){return e.series[t].points.size}var li=[0,0];function ug(e,t,n){return li[0]=t,li[1]=n,li}function Vo(e,t,n,r=!0){return o=>{o.button==0&&(!r||o.target==t)&&n(o)}}function ui(e,t,n,r=!0){return o=>{(!r||o.target==t)&&n(o)}}var cg={show:!0,x:!0,y:!0,lock:!1,move:ug,points:{one:!1,show:sg,size:lg,width:0,stroke:ag,fill:ig},bind:{mousedown:Vo,mouseup:Vo,click:Vo,dblclick:Vo,mousemove:ui,mouseleave:ui,mouseenter:ui},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(e,t)=>{t.stopPropagation(),t.stopImmediatePropagation()},_x:!1,_y:!1},focus:{dist:(e,t,n,r,o)=>r-o,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},Ku={show:!0,stroke:"rgba(0,0,0,0.07)",width:2},Li=Ve({},Ku,{filter:Iu}),Qu=Ve({},Li,{size:10}),ju=Ve({},Ku,{show:!1}),Di='12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji"',Ju="bold "+Di,Zu=1.5,gu={show:!0,scale:"x",stroke:ki,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Ju,side:2,grid:Li,ticks:Qu,border:ju,font:Di,lineGap:Zu,rotate:0},dg="Value",mg="Time",fu={show:!0,scale:"x",auto:!1,sorted:1,min:be,max:-be,idxs:[]};function gg(e,t,n,r,o){return t.map(i=>i==null?"":Ai(i))}function fg(e,t,n,r,o,i,a){let u=[],c=Sn.get(o)||0;n=a?n:he(Ko(n,o),c);for(let d=n;d<=r;d=he(d+o,c))u.push(Object.is(d,-0)?0:d);return u}function pi(e,t,n,r,o,i,a){let u=[],c=e.scales[e.axes[t].scale].log,d=c==10?an:Lu,p=Et(d(n));o=Sr(c,p),c==10&&(o=$n[Ut(o,$n)]);let _=n,h=o*c;c==10&&(h=$n[Ut(h,$n)]);do u.push(_),_=_+o,c==10&&!Sn.has(_)&&(_=he(_,Sn.get(o))),_>=h&&(o=_,h=o*c,c==10&&(h=$n[Ut(h,$n)]));while(_<=r);return u}function pg(e,t,n,r,o,i,a){let c=e.scales[e.axes[t].scale].asinh,d=r>c?pi(e,t,ct(c,n),r,o):[c],p=r>=0&&n<=0?[0]:[];return(n<-c?pi(e,t,ct(c,-r),-n,o):[c]).reverse().map(h=>-h).concat(p,d)}var Yu=/./,yg=/[12357]/,_g=/[125]/,pu=/1/,yi=(e,t,n,r)=>e.map((o,i)=>t==4&&o==0||i%r==0&&n.test(o.toExponential()[o<0?1:0])?o:null);function bg(e,t,n,r,o){let i=e.axes[n],a=i.scale,u=e.scales[a],c=e.valToPos,d=i._space,p=c(10,a),_=c(9,a)-p>=d?Yu:c(7,a)-p>=d?yg:c(5,a)-p>=d?_g:pu;if(_==pu){let h=He(c(1,a)-p);if(h<d)return yi(t.slice().reverse(),u.distr,_,Mt(d/h)).reverse()}return yi(t,u.distr,_,1)}function hg(e,t,n,r,o){let i=e.axes[n],a=i.scale,u=i._space,c=e.valToPos,d=He(c(1,a)-c(2,a));return d<u?yi(t.slice().reverse(),3,Yu,Mt(u/d)).reverse():t}function kg(e,t,n,r){return r==null?Ci:t==null?"":Ai(t)}var yu={show:!0,scale:"y",stroke:ki,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Ju,side:3,grid:Li,ticks:Qu,border:ju,font:Di,lineGap:Zu,rotate:0};function Cg(e,t){let n=3+(e||1)*2;return he(n*t,3)}function Sg(e,t){let{scale:n,idxs:r}=e.series[0],o=e._data[0],i=e.valToPos(o[r[0]],n,!0),a=e.valToPos(o[r[1]],n,!0),u=He(a-i),c=e.series[t],d=u/(c.points.space*pe);return r[1]-r[0]<=d}var _u={scale:null,auto:!0,sorted:0,min:be,max:-be},zu=(e,t,n,r,o)=>o,bu={show:!0,auto:!0,sorted:0,gaps:zu,alpha:1,facets:[Ve({},_u,{scale:"x"}),Ve({},_u,{scale:"y"})]},hu={scale:"y",auto:!0,sorted:0,show:!0,spanGaps:!1,gaps:zu,alpha:1,points:{show:Sg,filter:null},values:null,min:be,max:-be,idxs:[],path:null,clip:null};function Eg(e,t,n,r,o){return n/10}var Xu={time:!0,auto:!0,distr:1,log:10,asinh:1,min:null,max:null,dir:1,ori:0},vg=Ve({},Xu,{time:!1,ori:1}),ku={};function ec(e,t){let n=ku[e];return n||(n={key:e,plots:[],sub(r){n.plots.push(r)},unsub(r){n.plots=n.plots.filter(o=>o!=r)},pub(r,o,i,a,u,c,d){for(let p=0;p<n.plots.length;p++)n.plots[p]!=o&&n.plots[p].pub(r,o,i,a,u,c,d)}},e!=null&&(ku[e]=n)),n}var Ar=1,_i=2;function Kn(e,t,n){let r=e.mode,o=e.series[t],i=r==2?e._data[t]:e._data,a=e.scales,u=e.bbox,c=i[0],d=r==2?i[1]:i[t],p=r==2?a[o.facets[0].scale]:a[e.series[0].scale],_=r==2?a[o.facets[1].scale]:a[o.scale],h=u.left,y=u.top,C=u.width,x=u.height,R=e.valToPosH,T=e.valToPosV;return p.ori==0?n(o,c,d,p,_,R,T,h,y,C,x,Jo,wr,Yo,nc,oc):n(o,c,d,p,_,T,R,y,h,x,C,Zo,Rr,Mi,rc,sc)}function Ti(e,t){let n=0,r=0,o=ge(e.bands,xi);for(let i=0;i<o.length;i++){let a=o[i];a.series[0]==t?n=a.dir:a.series[1]==t&&(a.dir==1?r|=1:r|=2)}return[n,r==1?-1:r==2?1:r==3?2:0]}function Ag(e,t,n,r,o){let i=e.mode,a=e.series[t],u=i==2?a.facets[1].scale:a.scale,c=e.scales[u];return o==-1?c.min:o==1?c.max:c.distr==3?c.dir==1?c.min:c.max:0}function ln(e,t,n,r,o,i){return Kn(e,t,(a,u,c,d,p,_,h,y,C,x,R)=>{let T=a.pxRound,S=d.dir*(d.ori==0?1:-1),w=d.ori==0?wr:Rr,v,j;S==1?(v=n,j=r):(v=r,j=n);let F=T(_(u[v],d,x,y)),Z=T(h(c[v],p,R,C)),W=T(_(u[j],d,x,y)),ee=T(h(i==1?p.max:p.min,p,R,C)),K=new Path2D(o);return w(K,W,ee),w(K,F,ee),w(K,F,Z),K})}function jo(e,t,n,r,o,i){let a=null;if(e.length>0){a=new Path2D;let u=t==0?Yo:Mi,c=n;for(let _=0;_<e.length;_++){let h=e[_];if(h[1]>h[0]){let y=h[0]-c;y>0&&u(a,c,r,y,r+i),c=h[1]}}let d=n+o-c,p=10;d>0&&u(a,c,r-p/2,d,r+i+p)}return a}function xg(e,t,n){let r=e[e.length-1];r&&r[0]==t?r[1]=n:e.push([t,n])}function Ii(e,t,n,r,o,i,a){let u=[],c=e.length;for(let d=o==1?n:r;d>=n&&d<=r;d+=o)if(t[d]===null){let _=d,h=d;if(o==1)for(;++d<=r&&t[d]===null;)h=d;else for(;--d>=n&&t[d]===null;)h=d;let y=i(e[_]),C=h==_?y:i(e[h]),x=_-o;y=a<=0&&x>=0&&x<c?i(e[x]):y;let T=h+o;C=a>=0&&T>=0&&T<c?i(e[T]):C,C>=y&&u.push([y,C])}return u}function Cu(e){return e==0?Tu:e==1?Ge:t=>qn(t,e)}function tc(e){let t=e==0?Jo:Zo,n=e==0?(o,i,a,u,c,d)=>{o.arcTo(i,a,u,c,d)}:(o,i,a,u,c,d)=>{o.arcTo(a,i,c,u,d)},r=e==0?(o,i,a,u,c)=>{o.rect(i,a,u,c)}:(o,i,a,u,c)=>{o.rect(a,i,c,u)};return(o,i,a,u,c,d=0,p=0)=>{d==0&&p==0?r(o,i,a,u,c):(d=qt(d,u/2,c/2),p=qt(p,u/2,c/2),t(o,i+d,a),n(o,i+u,a,i+u,a+c,d),n(o,i+u,a+c,i,a+c,p),n(o,i,a+c,i,a,p),n(o,i,a,i+u,a,d),o.closePath())}}var Jo=(e,t,n)=>{e.moveTo(t,n)},Zo=(e,t,n)=>{e.moveTo(n,t)},wr=(e,t,n)=>{e.lineTo(t,n)},Rr=(e,t,n)=>{e.lineTo(n,t)},Yo=tc(0),Mi=tc(1),nc=(e,t,n,r,o,i)=>{e.arc(t,n,r,o,i)},rc=(e,t,n,r,o,i)=>{e.arc(n,t,r,o,i)},oc=(e,t,n,r,o,i,a)=>{e.bezierCurveTo(t,n,r,o,i,a)},sc=(e,t,n,r,o,i,a)=>{e.bezierCurveTo(n,t,o,r,a,i)};function ic(e){return(t,n,r,o,i)=>Kn(t,n,(a,u,c,d,p,_,h,y,C,x,R)=>{let{pxRound:T,points:S}=a,w,v;d.ori==0?(w=Jo,v=nc):(w=Zo,v=rc);let j=he(S.width*pe,3),F=(S.size-S.width)/2*pe,Z=he(F*2,3),W=new Path2D,ee=new Path2D,{left:K,top:L,width:Q,height:B}=t.bbox;Yo(ee,K-Z,L-Z,Q+Z*2,B+Z*2);let M=N=>{if(c[N]!=null){let P=T(_(u[N],d,x,y)),I=T(h(c[N],p,R,C));w(W,P+F,I),v(W,P,I,F,0,Uo*2)}};if(i)i.forEach(M);else for(let N=r;N<=o;N++)M(N);return{stroke:j>0?W:null,fill:W,clip:ee,flags:Ar|_i}})}function ac(e){return(t,n,r,o,i,a)=>{r!=o&&(i!=r&&a!=r&&e(t,n,r),i!=o&&a!=o&&e(t,n,o),e(t,n,a))}}var wg=ac(wr),Rg=ac(Rr);function lc(e){let t=ge(e?.alignGaps,0);return(n,r,o,i)=>Kn(n,r,(a,u,c,d,p,_,h,y,C,x,R)=>{[o,i]=Ho(c,o,i);let T=a.pxRound,S=B=>T(_(B,d,x,y)),w=B=>T(h(B,p,R,C)),v,j;d.ori==0?(v=wr,j=wg):(v=Rr,j=Rg);let F=d.dir*(d.ori==0?1:-1),Z={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Ar},W=Z.stroke,ee=!1;if(i-o>=x*4){let B=G=>n.posToVal(G,d.key,!0),M=null,N=null,P,I,le,Y=S(u[F==1?o:i]),$=S(u[o]),oe=S(u[i]),z=B(F==1?$+1:oe-1);for(let G=F==1?o:i;G>=o&&G<=i;G+=F){let ke=u[G],te=(F==1?ke<z:ke>z)?Y:S(ke),ue=c[G];te==Y?ue!=null?(I=ue,M==null?(v(W,te,w(I)),P=M=N=I):I<M?M=I:I>N&&(N=I)):ue===null&&(ee=!0):(M!=null&&j(W,Y,w(M),w(N),w(P),w(I)),ue!=null?(I=ue,v(W,te,w(I)),M=N=P=I):(M=N=null,ue===null&&(ee=!0)),Y=te,z=B(Y+F))}M!=null&&M!=N&&le!=Y&&j(W,Y,w(M),w(N),w(P),w(I))}else for(let B=F==1?o:i;B>=o&&B<=i;B+=F){let M=c[B];M===null?ee=!0:M!=null&&v(W,S(u[B]),w(M))}let[L,Q]=Ti(n,r);if(a.fill!=null||L!=0){let B=Z.fill=new Path2D(W),M=a.fillTo(n,r,a.min,a.max,L),N=w(M),P=S(u[o]),I=S(u[i]);F==-1&&([I,P]=[P,I]),v(B,I,N),v(B,P,N)}if(!a.spanGaps){let B=[];ee&&B.push(...Ii(u,c,o,i,F,S,t)),Z.gaps=B=a.gaps(n,r,o,i,B),Z.clip=jo(B,d.ori,y,C,x,R)}return Q!=0&&(Z.band=Q==2?[ln(n,r,o,i,W,-1),ln(n,r,o,i,W,1)]:ln(n,r,o,i,W,Q)),Z})}function Lg(e){let t=ge(e.align,1),n=ge(e.ascDesc,!1),r=ge(e.alignGaps,0),o=ge(e.extend,!1);return(i,a,u,c)=>Kn(i,a,(d,p,_,h,y,C,x,R,T,S,w)=>{[u,c]=Ho(_,u,c);let v=d.pxRound,{left:j,width:F}=i.bbox,Z=$=>v(C($,h,S,R)),W=$=>v(x($,y,w,T)),ee=h.ori==0?wr:Rr,K={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Ar},L=K.stroke,Q=h.dir*(h.ori==0?1:-1),B=W(_[Q==1?u:c]),M=Z(p[Q==1?u:c]),N=M,P=M;o&&t==-1&&(P=j,ee(L,P,B)),ee(L,M,B);for(let $=Q==1?u:c;$>=u&&$<=c;$+=Q){let oe=_[$];if(oe==null)continue;let z=Z(p[$]),G=W(oe);t==1?ee(L,z,B):ee(L,N,G),ee(L,z,G),B=G,N=z}let I=N;o&&t==1&&(I=j+F,ee(L,I,B));let[le,Y]=Ti(i,a);if(d.fill!=null||le!=0){let $=K.fill=new Path2D(L),oe=d.fillTo(i,a,d.min,d.max,le),z=W(oe);ee($,I,z),ee($,P,z)}if(!d.spanGaps){let $=[];$.push(...Ii(p,_,u,c,Q,Z,r));let oe=d.width*pe/2,z=n||t==1?oe:-oe,G=n||t==-1?-oe:oe;$.forEach(ke=>{ke[0]+=z,ke[1]+=G}),K.gaps=$=d.gaps(i,a,u,c,$),K.clip=jo($,h.ori,R,T,S,w)}return Y!=0&&(K.band=Y==2?[ln(i,a,u,c,L,-1),ln(i,a,u,c,L,1)]:ln(i,a,u,c,L,Y)),K})}function Su(e,t,n,r,o,i,a=be){if(e.length>1){let u=null;for(let c=0,d=1/0;c<e.length;c++)if(t[c]!==void 0){if(u!=null){let p=He(e[c]-e[u]);p<d&&(d=p,a=He(n(e[c],r,o,i)-n(e[u],r,o,i)))}u=c}}return a}function Dg(e){e=e||eo;let t=ge(e.size,[.6,be,1]),n=e.align||0,r=e.gap||0,o=e.radius;o=o==null?[0,0]:typeof o=="number"?[o,0]:o;let i=ae(o),a=1-t[0],u=ge(t[1],be),c=ge(t[2],1),d=ge(e.disp,eo),p=ge(e.each,y=>{}),{fill:_,stroke:h}=d;return(y,C,x,R)=>Kn(y,C,(T,S,w,v,j,F,Z,W,ee,K,L)=>{let Q=T.pxRound,B=n,M=r*pe,N=u*pe,P=c*pe,I,le;v.ori==0?[I,le]=i(y,C):[le,I]=i(y,C);let Y=v.dir*(v.ori==0?1:-1),$=v.ori==0?Yo:Mi,oe=v.ori==0?p:(U,Ce,Ue,Zn,xn,Gt,wn)=>{p(U,Ce,Ue,xn,Zn,wn,Gt)},z=ge(y.bands,xi).find(U=>U.series[0]==C),G=z!=null?z.dir:0,ke=T.fillTo(y,C,T.min,T.max,G),de=Q(Z(ke,j,L,ee)),te,ue,At,rt=K,De=Q(T.width*pe),$t=!1,Xt=null,xt=null,un=null,Qn=null;_!=null&&(De==0||h!=null)&&($t=!0,Xt=_.values(y,C,x,R),xt=new Map,new Set(Xt).forEach(U=>{U!=null&&xt.set(U,new Path2D)}),De>0&&(un=h.values(y,C,x,R),Qn=new Map,new Set(un).forEach(U=>{U!=null&&Qn.set(U,new Path2D)})));let{x0:jn,size:Dr}=d;if(jn!=null&&Dr!=null){B=1,S=jn.values(y,C,x,R),jn.unit==2&&(S=S.map(Ue=>y.posToVal(W+Ue*K,v.key,!0)));let U=Dr.values(y,C,x,R);Dr.unit==2?ue=U[0]*K:ue=F(U[0],v,K,W)-F(0,v,K,W),rt=Su(S,w,F,v,K,W,rt),At=rt-ue+M}else rt=Su(S,w,F,v,K,W,rt),At=rt*a+M,ue=rt-At;At<1&&(At=0),De>=ue/2&&(De=0),At<5&&(Q=Tu);let ro=At>0,vn=rt-At-(ro?De:0);ue=Q(fi(vn,P,N)),te=(B==0?ue/2:B==Y?0:ue)-B*Y*((B==0?M/2:0)+(ro?De/2:0));let ot={stroke:null,fill:null,clip:null,band:null,gaps:null,flags:0},Jn=$t?null:new Path2D,en=null;if(z!=null)en=y.data[z.series[1]];else{let{y0:U,y1:Ce}=d;U!=null&&Ce!=null&&(w=Ce.values(y,C,x,R),en=U.values(y,C,x,R))}let An=I*ue,re=le*ue;for(let U=Y==1?x:R;U>=x&&U<=R;U+=Y){let Ce=w[U];if(Ce==null)continue;if(en!=null){let dt=en[U]??0;if(Ce-dt==0)continue;de=Z(dt,j,L,ee)}let Ue=v.distr!=2||d!=null?S[U]:U,Zn=F(Ue,v,K,W),xn=Z(ge(Ce,ke),j,L,ee),Gt=Q(Zn-te),wn=Q(ct(xn,de)),yt=Q(qt(xn,de)),wt=wn-yt;if(Ce!=null){let dt=Ce<0?re:An,Nt=Ce<0?An:re;$t?(De>0&&un[U]!=null&&$(Qn.get(un[U]),Gt,yt+Et(De/2),ue,ct(0,wt-De),dt,Nt),Xt[U]!=null&&$(xt.get(Xt[U]),Gt,yt+Et(De/2),ue,ct(0,wt-De),dt,Nt)):$(Jn,Gt,yt+Et(De/2),ue,ct(0,wt-De),dt,Nt),oe(y,C,U,Gt-De/2,yt,ue+De,wt)}}return De>0?ot.stroke=$t?Qn:Jn:$t||(ot._fill=T.width==0?T._fill:T._stroke??T._fill,ot.width=0),ot.fill=$t?xt:Jn,ot})}function Tg(e,t){let n=ge(t?.alignGaps,0);return(r,o,i,a)=>Kn(r,o,(u,c,d,p,_,h,y,C,x,R,T)=>{[i,a]=Ho(d,i,a);let S=u.pxRound,w=I=>S(h(I,p,R,C)),v=I=>S(y(I,_,T,x)),j,F,Z;p.ori==0?(j=Jo,Z=wr,F=oc):(j=Zo,Z=Rr,F=sc);let W=p.dir*(p.ori==0?1:-1),ee=w(c[W==1?i:a]),K=ee,L=[],Q=[];for(let I=W==1?i:a;I>=i&&I<=a;I+=W)if(d[I]!=null){let Y=c[I],$=w(Y);L.push(K=$),Q.push(v(d[I]))}let B={stroke:e(L,Q,j,Z,F,S),fill:null,clip:null,band:null,gaps:null,flags:Ar},M=B.stroke,[N,P]=Ti(r,o);if(u.fill!=null||N!=0){let I=B.fill=new Path2D(M),le=u.fillTo(r,o,u.min,u.max,N),Y=v(le);Z(I,K,Y),Z(I,ee,Y)}if(!u.spanGaps){let I=[];I.push(...Ii(c,d,i,a,W,w,n)),B.gaps=I=u.gaps(r,o,i,a,I),B.clip=jo(I,p.ori,C,x,R,T)}return P!=0&&(B.band=P==2?[ln(r,o,i,a,M,-1),ln(r,o,i,a,M,1)]:ln(r,o,i,a,M,P)),B})}function Ig(e){return Tg(Mg,e)}function Mg(e,t,n,r,o,i){let a=e.length;if(a<2)return null;let u=new Path2D;if(n(u,e[0],t[0]),a==2)r(u,e[1],t[1]);else{let c=Array(a),d=Array(a-1),p=Array(a-1),_=Array(a-1);for(let h=0;h<a-1;h++)p[h]=t[h+1]-t[h],_[h]=e[h+1]-e[h],d[h]=p[h]/_[h];c[0]=d[0];for(let h=1;h<a-1;h++)d[h]===0||d[h-1]===0||d[h-1]>0!=d[h]>0?c[h]=0:(c[h]=3*(_[h-1]+_[h])/((2*_[h]+_[h-1])/d[h-1]+(_[h]+2*_[h-1])/d[h]),isFinite(c[h])||(c[h]=0));c[a-1]=d[a-2];for(let h=0;h<a-1;h++)o(u,e[h]+_[h]/3,t[h]+c[h]*_[h]/3,e[h+1]-_[h]/3,t[h+1]-c[h+1]*_[h]/3,e[h+1],t[h+1])}return u}var bi=new Set;function Eu(){for(let e of bi)e.syncRect(!0)}xr&&(Hn(gm,Cr,Eu),Hn(fm,Cr,Eu,!0),Hn(qo,Cr,()=>{Ye.pxRatio=pe}));var Ng=lc(),Fg=ic();function vu(e,t,n,r){return(r?[e[0],e[1]].concat(e.slice(2)):[e[0]].concat(e.slice(1))).map((i,a)=>hi(i,a,t,n))}function Pg(e,t){return e.map((n,r)=>r==0?{}:Ve({},t,n))}function hi(e,t,n,r){return Ve({},t==0?n:r,e)}function uc(e,t,n){return t==null?Er:[t,n]}var Bg=uc;function Og(e,t,n){return t==null?Er:$o(t,n,vi,!0)}function cc(e,t,n,r){return t==null?Er:Wo(t,n,e.scales[r].log,!1)}var Vg=cc;function dc(e,t,n,r){return t==null?Er:Ei(t,n,e.scales[r].log,!1)}var Ug=dc;function qg(e,t,n,r,o){let i=ct(nu(e),nu(t)),a=t-e,u=Ut(o/r*a,n);do{let c=n[u],d=r*c/a;if(d>=o&&i+(c<5?Sn.get(c):0)<=17)return[c,d]}while(++u<n.length);return[0,0]}function Au(e){let t,n;return e=e.replace(/(\d+)px/,(r,o)=>(t=Ge((n=+o)*pe))+"px"),[e,t,n]}function $g(e){e.show&&[e.font,e.labelFont].forEach(t=>{let n=he(t[2]*pe,1);t[0]=t[0].replace(/[0-9.]+px/,n+"px"),t[1]=n})}function Ye(e,t,n){let r={mode:ge(e.mode,1)},o=r.mode;function i(s,l,m,g){let b=l.valToPct(s);return g+m*(l.dir==-1?1-b:b)}function a(s,l,m,g){let b=l.valToPct(s);return g+m*(l.dir==-1?b:1-b)}function u(s,l,m,g){return l.ori==0?i(s,l,m,g):a(s,l,m,g)}r.valToPosH=i,r.valToPosV=a;let c=!1;r.status=0;let d=r.root=It(Jd);if(e.id!=null&&(d.id=e.id),St(d,e.class),e.title){let s=It(zd,d);s.textContent=e.title}let p=Vt("canvas"),_=r.ctx=p.getContext("2d"),h=It(Xd,d);Hn("click",h,s=>{s.target===C&&(Se!=ar||xe!=lr)&&Xe.click(r,s)},!0);let y=r.under=It(em,h);h.appendChild(p);let C=r.over=It(tm,h);e=vr(e);let x=+ge(e.pxAlign,1),R=Cu(x);(e.plugins||[]).forEach(s=>{s.opts&&(e=s.opts(r,e)||e)});let T=e.ms||.001,S=r.series=o==1?vu(e.series||[],fu,hu,!1):Pg(e.series||[null],bu),w=r.axes=vu(e.axes||[],gu,yu,!0),v=r.scales={},j=r.bands=e.bands||[];j.forEach(s=>{s.fill=ae(s.fill||null),s.dir=ge(s.dir,-1)});let F=o==2?S[1].facets[0].scale:S[0].scale,Z={axes:Qc,series:$c},W=(e.drawOrder||["axes","series"]).map(s=>Z[s]);function ee(s){let l=s.distr==3?m=>an(m>0?m:s.clamp(r,m,s.min,s.max,s.key)):s.distr==4?m=>ii(m,s.asinh):s.distr==100?m=>s.fwd(m):m=>m;return m=>{let g=l(m),{_min:b,_max:k}=s,E=k-b;return(g-b)/E}}function K(s){let l=v[s];if(l==null){let m=(e.scales||eo)[s]||eo;if(m.from!=null){K(m.from);let g=Ve({},v[m.from],m,{key:s});g.valToPct=ee(g),v[s]=g}else{l=v[s]=Ve({},s==F?Xu:vg,m),l.key=s;let g=l.time,b=l.range,k=Cn(b);if((s!=F||o==2&&!g)&&(k&&(b[0]==null||b[1]==null)&&(b={min:b[0]==null?Xl:{mode:1,hard:b[0],soft:b[0]},max:b[1]==null?Xl:{mode:1,hard:b[1],soft:b[1]}},k=!1),!k&&Qo(b))){let E=b;b=(A,D,O)=>D==null?Er:$o(D,O,E)}l.range=ae(b||(g?Bg:s==F?l.distr==3?Vg:l.distr==4?Ug:uc:l.distr==3?cc:l.distr==4?dc:Og)),l.auto=ae(k?!1:l.auto),l.clamp=ae(l.clamp||Eg),l._min=l._max=null,l.valToPct=ee(l)}}}K("x"),K("y"),o==1&&S.forEach(s=>{K(s.scale)}),w.forEach(s=>{K(s.scale)});for(let s in e.scales)K(s);let L=v[F],Q=L.distr,B,M;L.ori==0?(St(d,Zd),B=i,M=a):(St(d,Yd),B=a,M=i);let N={};for(let s in v){let l=v[s];(l.min!=null||l.max!=null)&&(N[s]={min:l.min,max:l.max},l.min=l.max=null)}let P=e.tzDate||(s=>new Date(Ge(s/T))),I=e.fmtDate||wi,le=T==1?Zm(P):Xm(P),Y=cu(P,uu(T==1?Jm:zm,I)),$=mu(P,du(tg,I)),oe=[],z=r.legend=Ve({},og,e.legend),G=r.cursor=Ve({},cg,{drag:{y:o==2}},e.cursor),ke=z.show,de=G.show,te=z.markers;z.idxs=oe,te.width=ae(te.width),te.dash=ae(te.dash),te.stroke=ae(te.stroke),te.fill=ae(te.fill);let ue,At,rt,De=[],$t=[],Xt,xt=!1,un={};if(z.live){let s=S[1]?S[1].values:null;xt=s!=null,Xt=xt?s(r,1,0):{_:0};for(let l in Xt)un[l]=Ci}if(ke)if(ue=Vt("table",am,d),rt=Vt("tbody",null,ue),z.mount(r,ue),xt){At=Vt("thead",null,ue,rt);let s=Vt("tr",null,At);Vt("th",null,s);for(var Qn in Xt)Vt("th",Ul,s).textContent=Qn}else St(ue,um),z.live&&St(ue,lm);let jn={show:!0},Dr={show:!1};function ro(s,l){if(l==0&&(xt||!z.live||o==2))return Er;let m=[],g=Vt("tr",cm,rt,rt.childNodes[l]);St(g,s.class),s.show||St(g,Gn);let b=Vt("th",null,g);if(te.show){let A=It(dm,b);if(l>0){let D=te.width(r,l);D&&(A.style.border=D+"px "+te.dash(r,l)+" "+te.stroke(r,l)),A.style.background=te.fill(r,l)}}let k=It(Ul,b);s.label instanceof HTMLElement?k.appendChild(s.label):k.textContent=s.label,l>0&&(te.show||(k.style.color=s.width>0?te.stroke(r,l):te.fill(r,l)),ot("click",b,A=>{if(G._lock)return;Ln(A);let D=S.indexOf(s);if((A.ctrlKey||A.metaKey)!=z.isolate){let O=S.some((V,q)=>q>0&&q!=D&&V.show);S.forEach((V,q)=>{q>0&&Wt(q,O?q==D?jn:Dr:jn,!0,Fe.setSeries)})}else Wt(D,{show:!s.show},!0,Fe.setSeries)},!1),zn&&ot(Hl,b,A=>{G._lock||(Ln(A),Wt(S.indexOf(s),cr,!0,Fe.setSeries))},!1));for(var E in Xt){let A=Vt("td",mm,g);A.textContent="--",m.push(A)}return[g,m]}let vn=new Map;function ot(s,l,m,g=!0){let b=vn.get(l)||{},k=G.bind[s](r,l,m,g);k&&(Hn(s,l,b[s]=k),vn.set(l,b))}function Jn(s,l,m){let g=vn.get(l)||{};for(let b in g)(s==null||b==s)&&(gi(b,l,g[b]),delete g[b]);s==null&&vn.delete(l)}let en=0,An=0,re=0,U=0,Ce=0,Ue=0,Zn=Ce,xn=Ue,Gt=re,wn=U,yt=0,wt=0,dt=0,Nt=0;r.bbox={};let Xo=!1,oo=!1,Yn=!1,Rn=!1,so=!1,Rt=!1;function es(s,l,m){(m||s!=r.width||l!=r.height)&&Oi(s,l),rr(!1),Yn=!0,oo=!0,or()}function Oi(s,l){r.width=en=re=s,r.height=An=U=l,Ce=Ue=0,Fc(),Pc();let m=r.bbox;yt=m.left=qn(Ce*pe,.5),wt=m.top=qn(Ue*pe,.5),dt=m.width=qn(re*pe,.5),Nt=m.height=qn(U*pe,.5)}let Ic=3;function Mc(){let s=!1,l=0;for(;!s;){l++;let m=Wc(l),g=Kc(l);s=l==Ic||m&&g,s||(Oi(r.width,r.height),oo=!0)}}function Nc({width:s,height:l}){es(s,l)}r.setSize=Nc;function Fc(){let s=!1,l=!1,m=!1,g=!1;w.forEach((b,k)=>{if(b.show&&b._show){let{side:E,_size:A}=b,D=E%2,O=b.label!=null?b.labelSize:0,V=A+O;V>0&&(D?(re-=V,E==3?(Ce+=V,g=!0):m=!0):(U-=V,E==0?(Ue+=V,s=!0):l=!0))}}),Dn[0]=s,Dn[1]=m,Dn[2]=l,Dn[3]=g,re-=cn[1]+cn[3],Ce+=cn[3],U-=cn[2]+cn[0],Ue+=cn[0]}function Pc(){let s=Ce+re,l=Ue+U,m=Ce,g=Ue;function b(k,E){switch(k){case 1:return s+=E,s-E;case 2:return l+=E,l-E;case 3:return m-=E,m+E;case 0:return g-=E,g+E}}w.forEach((k,E)=>{if(k.show&&k._show){let A=k.side;k._pos=b(A,k._size),k.label!=null&&(k._lpos=b(A,k.labelSize))}})}if(G.dataIdx==null){let s=G.hover,l=s.skip=new Set(s.skip??[]);l.add(void 0);let m=s.prox=ae(s.prox),g=s.bias??=0;G.dataIdx=(b,k,E,A)=>{if(k==0)return E;let D=E,O=m(b,k,E,A)??be,V=O>=0&&O<be,q=L.ori==0?re:U,X=G.left,fe=t[0],me=t[k];if(l.has(me[E])){D=null;let se=null,J=null,H;if(g==0||g==-1)for(H=E;se==null&&H-- >0;)l.has(me[H])||(se=H);if(g==0||g==1)for(H=E;J==null&&H++<me.length;)l.has(me[H])||(J=H);if(se!=null||J!=null)if(V){let ve=se==null?-1/0:B(fe[se],L,q,0),Te=J==null?1/0:B(fe[J],L,q,0),Ze=X-ve,_e=Te-X;Ze<=_e?Ze<=O&&(D=se):_e<=O&&(D=J)}else D=J==null?se:se==null?J:E-se<=J-E?se:J}else V&&He(X-B(fe[E],L,q,0))>O&&(D=null);return D}}let Ln=s=>{G.event=s};G.idxs=oe,G._lock=!1;let nt=G.points;nt.show=ae(nt.show),nt.size=ae(nt.size),nt.stroke=ae(nt.stroke),nt.width=ae(nt.width),nt.fill=ae(nt.fill);let Ht=r.focus=Ve({},e.focus||{alpha:.3},G.focus),zn=Ht.prox>=0,Xn=zn&&nt.one,Lt=[],er=[],tr=[];function Vi(s,l){let m=nt.show(r,l);if(m instanceof HTMLElement)return St(m,im),St(m,s.class),zt(m,-10,-10,re,U),C.insertBefore(m,Lt[l]),m}function Ui(s,l){if(o==1||l>0){let m=o==1&&v[s.scale].time,g=s.value;s.value=m?su(g)?mu(P,du(g,I)):g||$:g||kg,s.label=s.label||(m?mg:dg)}if(Xn||l>0){s.width=s.width==null?1:s.width,s.paths=s.paths||Ng||vm,s.fillTo=ae(s.fillTo||Ag),s.pxAlign=+ge(s.pxAlign,x),s.pxRound=Cu(s.pxAlign),s.stroke=ae(s.stroke||null),s.fill=ae(s.fill||null),s._stroke=s._fill=s._paths=s._focus=null;let m=Cg(ct(1,s.width),1),g=s.points=Ve({},{size:m,width:ct(1,m*.2),stroke:s.stroke,space:m*2,paths:Fg,_stroke:null,_fill:null},s.points);g.show=ae(g.show),g.filter=ae(g.filter),g.fill=ae(g.fill),g.stroke=ae(g.stroke),g.paths=ae(g.paths),g.pxAlign=s.pxAlign}if(ke){let m=ro(s,l);De.splice(l,0,m[0]),$t.splice(l,0,m[1]),z.values.push(null)}if(de){oe.splice(l,0,null);let m=null;Xn?l==0&&(m=Vi(s,l)):l>0&&(m=Vi(s,l)),Lt.splice(l,0,m),er.splice(l,0,0),tr.splice(l,0,0)}Je("addSeries",l)}function Bc(s,l){l=l??S.length,s=o==1?hi(s,l,fu,hu):hi(s,l,{},bu),S.splice(l,0,s),Ui(S[l],l)}r.addSeries=Bc;function Oc(s){if(S.splice(s,1),ke){z.values.splice(s,1),$t.splice(s,1);let l=De.splice(s,1)[0];Jn(null,l.firstChild),l.remove()}de&&(oe.splice(s,1),Lt.splice(s,1)[0].remove(),er.splice(s,1),tr.splice(s,1)),Je("delSeries",s)}r.delSeries=Oc;let Dn=[!1,!1,!1,!1];function Vc(s,l){if(s._show=s.show,s.show){let m=s.side%2,g=v[s.scale];g==null&&(s.scale=m?S[1].scale:F,g=v[s.scale]);let b=g.time;s.size=ae(s.size),s.space=ae(s.space),s.rotate=ae(s.rotate),Cn(s.incrs)&&s.incrs.forEach(E=>{!Sn.has(E)&&Sn.set(E,Nu(E))}),s.incrs=ae(s.incrs||(g.distr==2?Km:b?T==1?jm:Ym:$n)),s.splits=ae(s.splits||(b&&g.distr==1?le:g.distr==3?pi:g.distr==4?pg:fg)),s.stroke=ae(s.stroke),s.grid.stroke=ae(s.grid.stroke),s.ticks.stroke=ae(s.ticks.stroke),s.border.stroke=ae(s.border.stroke);let k=s.values;s.values=Cn(k)&&!Cn(k[0])?ae(k):b?Cn(k)?cu(P,uu(k,I)):su(k)?eg(P,k):k||Y:k||gg,s.filter=ae(s.filter||(g.distr>=3&&g.log==10?bg:g.distr==3&&g.log==2?hg:Iu)),s.font=Au(s.font),s.labelFont=Au(s.labelFont),s._size=s.size(r,null,l,0),s._space=s._rotate=s._incrs=s._found=s._splits=s._values=null,s._size>0&&(Dn[l]=!0,s._el=It(nm,h))}}function Tr(s,l,m,g){let[b,k,E,A]=m,D=l%2,O=0;return D==0&&(A||k)&&(O=l==0&&!b||l==2&&!E?Ge(gu.size/3):0),D==1&&(b||E)&&(O=l==1&&!k||l==3&&!A?Ge(yu.size/2):0),O}let qi=r.padding=(e.padding||[Tr,Tr,Tr,Tr]).map(s=>ae(ge(s,Tr))),cn=r._padding=qi.map((s,l)=>s(r,l,Dn,0)),ze,We=null,Ke=null,io=o==1?S[0].idxs:null,Ft=null,Ir=!1;function $i(s,l){if(t=s??[],r.data=r._data=t,o==2){ze=0;for(let m=1;m<S.length;m++)ze+=t[m][0].length}else{t.length==0&&(r.data=r._data=t=[[]]),Ft=t[0],ze=Ft.length;let m=t;if(Q==2){m=t.slice();let g=m[0]=Array(ze);for(let b=0;b<ze;b++)g[b]=b}r._data=t=m}if(rr(!0),Je("setData"),Q==2&&(Yn=!0),l!==!1){let m=L;m.auto(r,Ir)?ts():mn(F,m.min,m.max),Rn=Rn||G.left>=0,Rt=!0,or()}}r.setData=$i;function ts(){Ir=!0;let s,l;o==1&&(ze>0?(We=io[0]=0,Ke=io[1]=ze-1,s=t[0][We],l=t[0][Ke],Q==2?(s=We,l=Ke):s==l&&(Q==3?[s,l]=Wo(s,s,L.log,!1):Q==4?[s,l]=Ei(s,s,L.log,!1):L.time?l=s+Ge(86400/T):[s,l]=$o(s,l,vi,!0))):(We=io[0]=s=null,Ke=io[1]=l=null)),mn(F,s,l)}let ao,nr,ns,rs,os,ss,is,as,ls,mt;function Gi(s,l,m,g,b,k){s??=$l,m??=xi,g??="butt",b??=$l,k??="round",s!=ao&&(_.strokeStyle=ao=s),b!=nr&&(_.fillStyle=nr=b),l!=ns&&(_.lineWidth=ns=l),k!=os&&(_.lineJoin=os=k),g!=ss&&(_.lineCap=ss=g),m!=rs&&_.setLineDash(rs=m)}function Hi(s,l,m,g){l!=nr&&(_.fillStyle=nr=l),s!=is&&(_.font=is=s),m!=as&&(_.textAlign=as=m),g!=ls&&(_.textBaseline=ls=g)}function us(s,l,m,g,b=0){if(g.length>0&&s.auto(r,Ir)&&(l==null||l.min==null)){let k=ge(We,0),E=ge(Ke,g.length-1),A=m.min==null?bm(g,k,E,b,s.distr==3):[m.min,m.max];s.min=qt(s.min,m.min=A[0]),s.max=ct(s.max,m.max=A[1])}}let Wi={min:null,max:null};function Uc(){for(let g in v){let b=v[g];N[g]==null&&(b.min==null||N[F]!=null&&b.auto(r,Ir))&&(N[g]=Wi)}for(let g in v){let b=v[g];N[g]==null&&b.from!=null&&N[b.from]!=null&&(N[g]=Wi)}N[F]!=null&&rr(!0);let s={};for(let g in N){let b=N[g];if(b!=null){let k=s[g]=vr(v[g],wm);if(b.min!=null)Ve(k,b);else if(g!=F||o==2)if(ze==0&&k.from==null){let E=k.range(r,null,null,g);k.min=E[0],k.max=E[1]}else k.min=be,k.max=-be}}if(ze>0){S.forEach((g,b)=>{if(o==1){let k=g.scale,E=N[k];if(E==null)return;let A=s[k];if(b==0){let D=A.range(r,A.min,A.max,k);A.min=D[0],A.max=D[1],We=Ut(A.min,t[0]),Ke=Ut(A.max,t[0]),Ke-We>1&&(t[0][We]<A.min&&We++,t[0][Ke]>A.max&&Ke--),g.min=Ft[We],g.max=Ft[Ke]}else g.show&&g.auto&&us(A,E,g,t[b],g.sorted);g.idxs[0]=We,g.idxs[1]=Ke}else if(b>0&&g.show&&g.auto){let[k,E]=g.facets,A=k.scale,D=E.scale,[O,V]=t[b],q=s[A],X=s[D];q!=null&&us(q,N[A],k,O,k.sorted),X!=null&&us(X,N[D],E,V,E.sorted),g.min=E.min,g.max=E.max}});for(let g in s){let b=s[g],k=N[g];if(b.from==null&&(k==null||k.min==null)){let E=b.range(r,b.min==be?null:b.min,b.max==-be?null:b.max,g);b.min=E[0],b.max=E[1]}}}for(let g in s){let b=s[g];if(b.from!=null){let k=s[b.from];if(k.min==null)b.min=b.max=null;else{let E=b.range(r,k.min,k.max,g);b.min=E[0],b.max=E[1]}}}let l={},m=!1;for(let g in s){let b=s[g],k=v[g];if(k.min!=b.min||k.max!=b.max){k.min=b.min,k.max=b.max;let E=k.distr;k._min=E==3?an(k.min):E==4?ii(k.min,k.asinh):E==100?k.fwd(k.min):k.min,k._max=E==3?an(k.max):E==4?ii(k.max,k.asinh):E==100?k.fwd(k.max):k.max,l[g]=m=!0}}if(m){S.forEach((g,b)=>{o==2?b>0&&l.y&&(g._paths=null):l[g.scale]&&(g._paths=null)});for(let g in l)Yn=!0,Je("setScale",g);de&&G.left>=0&&(Rn=Rt=!0)}for(let g in N)N[g]=null}function qc(s){let l=fi(We-1,0,ze-1),m=fi(Ke+1,0,ze-1);for(;s[l]==null&&l>0;)l--;for(;s[m]==null&&m<ze-1;)m++;return[l,m]}function $c(){if(ze>0){let s=S.some(l=>l._focus)&&mt!=Ht.alpha;s&&(_.globalAlpha=mt=Ht.alpha),S.forEach((l,m)=>{if(m>0&&l.show&&(Ki(m,!1),Ki(m,!0),l._paths==null)){let g=mt;mt!=l.alpha&&(_.globalAlpha=mt=l.alpha);let b=o==2?[0,t[m][0].length-1]:qc(t[m]);l._paths=l.paths(r,m,b[0],b[1]),mt!=g&&(_.globalAlpha=mt=g)}}),S.forEach((l,m)=>{if(m>0&&l.show){let g=mt;mt!=l.alpha&&(_.globalAlpha=mt=l.alpha),l._paths!=null&&Qi(m,!1);{let b=l._paths!=null?l._paths.gaps:null,k=l.points.show(r,m,We,Ke,b),E=l.points.filter(r,m,k,b);(k||E)&&(l.points._paths=l.points.paths(r,m,We,Ke,E),Qi(m,!0))}mt!=g&&(_.globalAlpha=mt=g),Je("drawSeries",m)}}),s&&(_.globalAlpha=mt=1)}}function Ki(s,l){let m=l?S[s].points:S[s];m._stroke=m.stroke(r,s),m._fill=m.fill(r,s)}function Qi(s,l){let m=l?S[s].points:S[s],{stroke:g,fill:b,clip:k,flags:E,_stroke:A=m._stroke,_fill:D=m._fill,_width:O=m.width}=m._paths;O=he(O*pe,3);let V=null,q=O%2/2;l&&D==null&&(D=O>0?"#fff":A);let X=m.pxAlign==1&&q>0;if(X&&_.translate(q,q),!l){let fe=yt-O/2,me=wt-O/2,se=dt+O,J=Nt+O;V=new Path2D,V.rect(fe,me,se,J)}l?cs(A,O,m.dash,m.cap,D,g,b,E,k):Gc(s,A,O,m.dash,m.cap,D,g,b,E,V,k),X&&_.translate(-q,-q)}function Gc(s,l,m,g,b,k,E,A,D,O,V){let q=!1;D!=0&&j.forEach((X,fe)=>{if(X.series[0]==s){let me=S[X.series[1]],se=t[X.series[1]],J=(me._paths||eo).band;Cn(J)&&(J=X.dir==1?J[0]:J[1]);let H,ve=null;me.show&&J&&km(se,We,Ke)?(ve=X.fill(r,fe)||k,H=me._paths.clip):J=null,cs(l,m,g,b,ve,E,A,D,O,V,H,J),q=!0}}),q||cs(l,m,g,b,k,E,A,D,O,V)}let ji=Ar|_i;function cs(s,l,m,g,b,k,E,A,D,O,V,q){Gi(s,l,m,g,b),(D||O||q)&&(_.save(),D&&_.clip(D),O&&_.clip(O)),q?(A&ji)==ji?(_.clip(q),V&&_.clip(V),uo(b,E),lo(s,k,l)):A&_i?(uo(b,E),_.clip(q),lo(s,k,l)):A&Ar&&(_.save(),_.clip(q),V&&_.clip(V),uo(b,E),_.restore(),lo(s,k,l)):(uo(b,E),lo(s,k,l)),(D||O||q)&&_.restore()}function lo(s,l,m){m>0&&(l instanceof Map?l.forEach((g,b)=>{_.strokeStyle=ao=b,_.stroke(g)}):l!=null&&s&&_.stroke(l))}function uo(s,l){l instanceof Map?l.forEach((m,g)=>{_.fillStyle=nr=g,_.fill(m)}):l!=null&&s&&_.fill(l)}function Hc(s,l,m,g){let b=w[s],k;if(g<=0)k=[0,0];else{let E=b._space=b.space(r,s,l,m,g),A=b._incrs=b.incrs(r,s,l,m,g,E);k=qg(l,m,A,g,E)}return b._found=k}function ds(s,l,m,g,b,k,E,A,D,O){let V=E%2/2;x==1&&_.translate(V,V),Gi(A,E,D,O,A),_.beginPath();let q,X,fe,me,se=b+(g==0||g==3?-k:k);m==0?(X=b,me=se):(q=b,fe=se);for(let J=0;J<s.length;J++)l[J]!=null&&(m==0?q=fe=s[J]:X=me=s[J],_.moveTo(q,X),_.lineTo(fe,me));_.stroke(),x==1&&_.translate(-V,-V)}function Wc(s){let l=!0;return w.forEach((m,g)=>{if(!m.show)return;let b=v[m.scale];if(b.min==null){m._show&&(l=!1,m._show=!1,rr(!1));return}else m._show||(l=!1,m._show=!0,rr(!1));let k=m.side,E=k%2,{min:A,max:D}=b,[O,V]=Hc(g,A,D,E==0?re:U);if(V==0)return;let q=b.distr==2,X=m._splits=m.splits(r,g,A,D,O,V,q),fe=b.distr==2?X.map(H=>Ft[H]):X,me=b.distr==2?Ft[X[1]]-Ft[X[0]]:O,se=m._values=m.values(r,m.filter(r,fe,g,V,me),g,V,me);m._rotate=k==2?m.rotate(r,se,g,V):0;let J=m._size;m._size=Mt(m.size(r,se,g,s)),J!=null&&m._size!=J&&(l=!1)}),l}function Kc(s){let l=!0;return qi.forEach((m,g)=>{let b=m(r,g,Dn,s);b!=cn[g]&&(l=!1),cn[g]=b}),l}function Qc(){for(let s=0;s<w.length;s++){let l=w[s];if(!l.show||!l._show)continue;let m=l.side,g=m%2,b,k,E=l.stroke(r,s),A=m==0||m==3?-1:1,[D,O]=l._found;if(l.label!=null){let it=l.labelGap*A,ht=Ge((l._lpos+it)*pe);Hi(l.labelFont[0],E,"center",m==2?"top":ql),_.save(),g==1?(b=k=0,_.translate(ht,Ge(wt+Nt/2)),_.rotate((m==3?-Uo:Uo)/2)):(b=Ge(yt+dt/2),k=ht);let Mn=Du(l.label)?l.label(r,s,D,O):l.label;_.fillText(Mn,b,k),_.restore()}if(O==0)continue;let V=v[l.scale],q=g==0?dt:Nt,X=g==0?yt:wt,fe=l._splits,me=V.distr==2?fe.map(it=>Ft[it]):fe,se=V.distr==2?Ft[fe[1]]-Ft[fe[0]]:D,J=l.ticks,H=l.border,ve=J.show?J.size:0,Te=Ge(ve*pe),Ze=Ge((l.alignTo==2?l._size-ve-l.gap:l.gap)*pe),_e=l._rotate*-Uo/180,Ie=R(l._pos*pe),_t=(Te+Ze)*A,st=Ie+_t;k=g==0?st:0,b=g==1?st:0;let Dt=l.font[0],Pt=l.align==1?hr:l.align==2?ri:_e>0?hr:_e<0?ri:g==0?"center":m==3?ri:hr,Qt=_e||g==1?"middle":m==2?"top":ql;Hi(Dt,E,Pt,Qt);let bt=l.font[1]*l.lineGap,Tt=fe.map(it=>R(u(it,V,q,X))),Bt=l._values;for(let it=0;it<Bt.length;it++){let ht=Bt[it];if(ht!=null){g==0?b=Tt[it]:k=Tt[it],ht=""+ht;let Mn=ht.indexOf(`
`)==-1?[ht]:ht.split(/\n/gm);for(let at=0;at<Mn.length;at++){let ga=Mn[at];_e?(_.save(),_.translate(b,k+at*bt),_.rotate(_e),_.fillText(ga,0,0),_.restore()):_.fillText(ga,b,k+at*bt)}}}J.show&&ds(Tt,J.filter(r,me,s,O,se),g,m,Ie,Te,he(J.width*pe,3),J.stroke(r,s),J.dash,J.cap);let jt=l.grid;jt.show&&ds(Tt,jt.filter(r,me,s,O,se),g,g==0?2:1,g==0?wt:yt,g==0?Nt:dt,he(jt.width*pe,3),jt.stroke(r,s),jt.dash,jt.cap),H.show&&ds([Ie],[1],g==0?1:0,g==0?1:2,g==1?wt:yt,g==1?Nt:dt,he(H.width*pe,3),H.stroke(r,s),H.dash,H.cap)}Je("drawAxes")}function rr(s){S.forEach((l,m)=>{m>0&&(l._paths=null,s&&(o==1?(l.min=null,l.max=null):l.facets.forEach(g=>{g.min=null,g.max=null})))})}let co=!1,ms=!1,Mr=[];function jc(){ms=!1;for(let s=0;s<Mr.length;s++)Je(...Mr[s]);Mr.length=0}function or(){co||(Nm(Ji),co=!0)}function Jc(s,l=!1){co=!0,ms=l,s(r),Ji(),l&&Mr.length>0&&queueMicrotask(jc)}r.batch=Jc;function Ji(){if(Xo&&(Uc(),Xo=!1),Yn&&(Mc(),Yn=!1),oo){if(Ae(y,hr,Ce),Ae(y,"top",Ue),Ae(y,Zr,re),Ae(y,Yr,U),Ae(C,hr,Ce),Ae(C,"top",Ue),Ae(C,Zr,re),Ae(C,Yr,U),Ae(h,Zr,en),Ae(h,Yr,An),p.width=Ge(en*pe),p.height=Ge(An*pe),w.forEach(({_el:s,_show:l,_size:m,_pos:g,side:b})=>{if(s!=null)if(l){let k=b===3||b===0?m:0,E=b%2==1;Ae(s,E?"left":"top",g-k),Ae(s,E?"width":"height",m),Ae(s,E?"top":"left",E?Ue:Ce),Ae(s,E?"height":"width",E?U:re),mi(s,Gn)}else St(s,Gn)}),ao=nr=ns=os=ss=is=as=ls=rs=null,mt=1,Pr(!0),Ce!=Zn||Ue!=xn||re!=Gt||U!=wn){rr(!1);let s=re/Gt,l=U/wn;if(de&&!Rn&&G.left>=0){G.left*=s,G.top*=l,sr&&zt(sr,Ge(G.left),0,re,U),ir&&zt(ir,0,Ge(G.top),re,U);for(let m=0;m<Lt.length;m++){let g=Lt[m];g!=null&&(er[m]*=s,tr[m]*=l,zt(g,Mt(er[m]),Mt(tr[m]),re,U))}}if(Ee.show&&!so&&Ee.left>=0&&Ee.width>0){Ee.left*=s,Ee.width*=s,Ee.top*=l,Ee.height*=l;for(let m in bs)Ae(ur,m,Ee[m])}Zn=Ce,xn=Ue,Gt=re,wn=U}Je("setSize"),oo=!1}en>0&&An>0&&(_.clearRect(0,0,p.width,p.height),Je("drawClear"),W.forEach(s=>s()),Je("draw")),Ee.show&&so&&(mo(Ee),so=!1),de&&Rn&&(In(null,!0,!1),Rn=!1),z.show&&z.live&&Rt&&(ys(),Rt=!1),c||(c=!0,r.status=1,Je("ready")),Ir=!1,co=!1}r.redraw=(s,l)=>{Yn=l||!1,s!==!1?mn(F,L.min,L.max):or()};function gs(s,l){let m=v[s];if(m.from==null){if(ze==0){let g=m.range(r,l.min,l.max,s);l.min=g[0],l.max=g[1]}if(l.min>l.max){let g=l.min;l.min=l.max,l.max=g}if(ze>1&&l.min!=null&&l.max!=null&&l.max-l.min<1e-16)return;s==F&&m.distr==2&&ze>0&&(l.min=Ut(l.min,t[0]),l.max=Ut(l.max,t[0]),l.min==l.max&&l.max++),N[s]=l,Xo=!0,or()}}r.setScale=gs;let fs,ps,sr,ir,Zi,Yi,ar,lr,zi,Xi,Se,xe,dn=!1,Xe=G.drag,Qe=Xe.x,je=Xe.y;de&&(G.x&&(fs=It(om,C)),G.y&&(ps=It(sm,C)),L.ori==0?(sr=fs,ir=ps):(sr=ps,ir=fs),Se=G.left,xe=G.top);let Ee=r.select=Ve({show:!0,over:!0,left:0,width:0,top:0,height:0},e.select),ur=Ee.show?It(rm,Ee.over?C:y):null;function mo(s,l){if(Ee.show){for(let m in s)Ee[m]=s[m],m in bs&&Ae(ur,m,s[m]);l!==!1&&Je("setSelect")}}r.setSelect=mo;function Zc(s){if(S[s].show)ke&&mi(De[s],Gn);else if(ke&&St(De[s],Gn),de){let m=Xn?Lt[0]:Lt[s];m!=null&&zt(m,-10,-10,re,U)}}function mn(s,l,m){gs(s,{min:l,max:m})}function Wt(s,l,m,g){l.focus!=null&&td(s),l.show!=null&&S.forEach((b,k)=>{k>0&&(s==k||s==null)&&(b.show=l.show,Zc(k),o==2?(mn(b.facets[0].scale,null,null),mn(b.facets[1].scale,null,null)):mn(b.scale,null,null),or())}),m!==!1&&Je("setSeries",s,l),g&&Br("setSeries",r,s,l)}r.setSeries=Wt;function Yc(s,l){Ve(j[s],l)}function zc(s,l){s.fill=ae(s.fill||null),s.dir=ge(s.dir,-1),l=l??j.length,j.splice(l,0,s)}function Xc(s){s==null?j.length=0:j.splice(s,1)}r.addBand=zc,r.setBand=Yc,r.delBand=Xc;function ed(s,l){S[s].alpha=l,de&&Lt[s]!=null&&(Lt[s].style.opacity=l),ke&&De[s]&&(De[s].style.opacity=l)}let tn,gn,Tn,cr={focus:!0};function td(s){if(s!=Tn){let l=s==null,m=Ht.alpha!=1;S.forEach((g,b)=>{if(o==1||b>0){let k=l||b==0||b==s;g._focus=l?null:k,m&&ed(b,k?1:Ht.alpha)}}),Tn=s,m&&or()}}ke&&zn&&ot(Wl,ue,s=>{G._lock||(Ln(s),Tn!=null&&Wt(null,cr,!0,Fe.setSeries))});function Kt(s,l,m){let g=v[l];m&&(s=s/pe-(g.ori==1?Ue:Ce));let b=re;g.ori==1&&(b=U,s=b-s),g.dir==-1&&(s=b-s);let k=g._min,E=g._max,A=s/b,D=k+(E-k)*A,O=g.distr;return O==3?Sr(10,D):O==4?Sm(D,g.asinh):O==100?g.bwd(D):D}function nd(s,l){let m=Kt(s,F,l);return Ut(m,t[0],We,Ke)}r.valToIdx=s=>Ut(s,t[0]),r.posToIdx=nd,r.posToVal=Kt,r.valToPos=(s,l,m)=>v[l].ori==0?i(s,v[l],m?dt:re,m?yt:0):a(s,v[l],m?Nt:U,m?wt:0),r.setCursor=(s,l,m)=>{Se=s.left,xe=s.top,In(null,l,m)};function ea(s,l){Ae(ur,hr,Ee.left=s),Ae(ur,Zr,Ee.width=l)}function ta(s,l){Ae(ur,"top",Ee.top=s),Ae(ur,Yr,Ee.height=l)}let Nr=L.ori==0?ea:ta,Fr=L.ori==1?ea:ta;function rd(){if(ke&&z.live)for(let s=o==2?1:0;s<S.length;s++){if(s==0&&xt)continue;let l=z.values[s],m=0;for(let g in l)$t[s][m++].firstChild.nodeValue=l[g]}}function ys(s,l){if(s!=null&&(s.idxs?s.idxs.forEach((m,g)=>{oe[g]=m}):xm(s.idx)||oe.fill(s.idx),z.idx=oe[0]),ke&&z.live){for(let m=0;m<S.length;m++)(m>0||o==1&&!xt)&&od(m,oe[m]);rd()}Rt=!1,l!==!1&&Je("setLegend")}r.setLegend=ys;function od(s,l){let m=S[s],g=s==0&&Q==2?Ft:t[s],b;xt?b=m.values(r,s,l)??un:(b=m.value(r,l==null?null:g[l],s,l),b=b==null?un:{_:b}),z.values[s]=b}function In(s,l,m){zi=Se,Xi=xe,[Se,xe]=G.move(r,Se,xe),G.left=Se,G.top=xe,de&&(sr&&zt(sr,Ge(Se),0,re,U),ir&&zt(ir,0,Ge(xe),re,U));let g,b=We>Ke;tn=be,gn=null;let k=L.ori==0?re:U,E=L.ori==1?re:U;if(Se<0||ze==0||b){g=G.idx=null;for(let A=0;A<S.length;A++){let D=Lt[A];D!=null&&zt(D,-10,-10,re,U)}zn&&Wt(null,cr,!0,s==null&&Fe.setSeries),z.live&&(oe.fill(g),Rt=!0)}else{let A,D,O;o==1&&(A=L.ori==0?Se:xe,D=Kt(A,F),g=G.idx=Ut(D,t[0],We,Ke),O=B(t[0][g],L,k,0));let V=-10,q=-10,X=0,fe=0,me=!0,se="",J="";for(let H=o==2?1:0;H<S.length;H++){let ve=S[H],Te=oe[H],Ze=Te==null?null:o==1?t[H][Te]:t[H][1][Te],_e=G.dataIdx(r,H,g,D),Ie=_e==null?null:o==1?t[H][_e]:t[H][1][_e];if(Rt=Rt||Ie!=Ze||_e!=Te,oe[H]=_e,H>0&&ve.show){let _t=_e==null?-10:_e==g?O:B(o==1?t[0][_e]:t[H][0][_e],L,k,0),st=Ie==null?-10:M(Ie,o==1?v[ve.scale]:v[ve.facets[1].scale],E,0);if(zn&&Ie!=null){let Dt=L.ori==1?Se:xe,Pt=He(Ht.dist(r,H,_e,st,Dt));if(Pt<tn){let Qt=Ht.bias;if(Qt!=0){let bt=Kt(Dt,ve.scale),Tt=Ie>=0?1:-1,Bt=bt>=0?1:-1;Bt==Tt&&(Bt==1?Qt==1?Ie>=bt:Ie<=bt:Qt==1?Ie<=bt:Ie>=bt)&&(tn=Pt,gn=H)}else tn=Pt,gn=H}}if(Rt||Xn){let Dt,Pt;L.ori==0?(Dt=_t,Pt=st):(Dt=st,Pt=_t);let Qt,bt,Tt,Bt,jt,it,ht=!0,Mn=nt.bbox;if(Mn!=null){ht=!1;let at=Mn(r,H);Tt=at.left,Bt=at.top,Qt=at.width,bt=at.height}else Tt=Dt,Bt=Pt,Qt=bt=nt.size(r,H);if(it=nt.fill(r,H),jt=nt.stroke(r,H),Xn)H==gn&&tn<=Ht.prox&&(V=Tt,q=Bt,X=Qt,fe=bt,me=ht,se=it,J=jt);else{let at=Lt[H];at!=null&&(er[H]=Tt,tr[H]=Bt,zl(at,Qt,bt,ht),Zl(at,it,jt),zt(at,Mt(Tt),Mt(Bt),re,U))}}}}if(Xn){let H=Ht.prox,ve=Tn==null?tn<=H:tn>H||gn!=Tn;if(Rt||ve){let Te=Lt[0];Te!=null&&(er[0]=V,tr[0]=q,zl(Te,X,fe,me),Zl(Te,se,J),zt(Te,Mt(V),Mt(q),re,U))}}}if(Ee.show&&dn)if(s!=null){let[A,D]=Fe.scales,[O,V]=Fe.match,[q,X]=s.cursor.sync.scales,fe=s.cursor.drag;if(Qe=fe._x,je=fe._y,Qe||je){let{left:me,top:se,width:J,height:H}=s.select,ve=s.scales[q].ori,Te=s.posToVal,Ze,_e,Ie,_t,st,Dt=A!=null&&O(A,q),Pt=D!=null&&V(D,X);Dt&&Qe?(ve==0?(Ze=me,_e=J):(Ze=se,_e=H),Ie=v[A],_t=B(Te(Ze,q),Ie,k,0),st=B(Te(Ze+_e,q),Ie,k,0),Nr(qt(_t,st),He(st-_t))):Nr(0,k),Pt&&je?(ve==1?(Ze=me,_e=J):(Ze=se,_e=H),Ie=v[D],_t=M(Te(Ze,X),Ie,E,0),st=M(Te(Ze+_e,X),Ie,E,0),Fr(qt(_t,st),He(st-_t))):Fr(0,E)}else hs()}else{let A=He(zi-Zi),D=He(Xi-Yi);if(L.ori==1){let X=A;A=D,D=X}Qe=Xe.x&&A>=Xe.dist,je=Xe.y&&D>=Xe.dist;let O=Xe.uni;O!=null?Qe&&je&&(Qe=A>=O,je=D>=O,!Qe&&!je&&(D>A?je=!0:Qe=!0)):Xe.x&&Xe.y&&(Qe||je)&&(Qe=je=!0);let V,q;Qe&&(L.ori==0?(V=ar,q=Se):(V=lr,q=xe),Nr(qt(V,q),He(q-V)),je||Fr(0,E)),je&&(L.ori==1?(V=ar,q=Se):(V=lr,q=xe),Fr(qt(V,q),He(q-V)),Qe||Nr(0,k)),!Qe&&!je&&(Nr(0,0),Fr(0,0))}if(Xe._x=Qe,Xe._y=je,s==null){if(m){if(ma!=null){let[A,D]=Fe.scales;Fe.values[0]=A!=null?Kt(L.ori==0?Se:xe,A):null,Fe.values[1]=D!=null?Kt(L.ori==1?Se:xe,D):null}Br(oi,r,Se,xe,re,U,g)}if(zn){let A=m&&Fe.setSeries,D=Ht.prox;Tn==null?tn<=D&&Wt(gn,cr,!0,A):tn>D?Wt(null,cr,!0,A):gn!=Tn&&Wt(gn,cr,!0,A)}}Rt&&(z.idx=g,ys()),l!==!1&&Je("setCursor")}let fn=null;Object.defineProperty(r,"rect",{get(){return fn==null&&Pr(!1),fn}});function Pr(s=!1){s?fn=null:(fn=C.getBoundingClientRect(),Je("syncRect",fn))}function na(s,l,m,g,b,k,E){G._lock||dn&&s!=null&&s.movementX==0&&s.movementY==0||(_s(s,l,m,g,b,k,E,!1,s!=null),s!=null?In(null,!0,!0):In(l,!0,!1))}function _s(s,l,m,g,b,k,E,A,D){if(fn==null&&Pr(!1),Ln(s),s!=null)m=s.clientX-fn.left,g=s.clientY-fn.top;else{if(m<0||g<0){Se=-10,xe=-10;return}let[O,V]=Fe.scales,q=l.cursor.sync,[X,fe]=q.values,[me,se]=q.scales,[J,H]=Fe.match,ve=l.axes[0].side%2==1,Te=L.ori==0?re:U,Ze=L.ori==1?re:U,_e=ve?k:b,Ie=ve?b:k,_t=ve?g:m,st=ve?m:g;if(me!=null?m=J(O,me)?u(X,v[O],Te,0):-10:m=Te*(_t/_e),se!=null?g=H(V,se)?u(fe,v[V],Ze,0):-10:g=Ze*(st/Ie),L.ori==1){let Dt=m;m=g,g=Dt}}D&&(l==null||l.cursor.event.type==oi)&&((m<=1||m>=re-1)&&(m=qn(m,re)),(g<=1||g>=U-1)&&(g=qn(g,U))),A?(Zi=m,Yi=g,[ar,lr]=G.move(r,m,g)):(Se=m,xe=g)}let bs={width:0,height:0,left:0,top:0};function hs(){mo(bs,!1)}let ra,oa,sa,ia;function aa(s,l,m,g,b,k,E){dn=!0,Qe=je=Xe._x=Xe._y=!1,_s(s,l,m,g,b,k,E,!0,!1),s!=null&&(ot(si,ci,la,!1),Br(Gl,r,ar,lr,re,U,null));let{left:A,top:D,width:O,height:V}=Ee;ra=A,oa=D,sa=O,ia=V}function la(s,l,m,g,b,k,E){dn=Xe._x=Xe._y=!1,_s(s,l,m,g,b,k,E,!1,!0);let{left:A,top:D,width:O,height:V}=Ee,q=O>0||V>0,X=ra!=A||oa!=D||sa!=O||ia!=V;if(q&&X&&mo(Ee),Xe.setScale&&q&&X){let fe=A,me=O,se=D,J=V;if(L.ori==1&&(fe=D,me=V,se=A,J=O),Qe&&mn(F,Kt(fe,F),Kt(fe+me,F)),je)for(let H in v){let ve=v[H];H!=F&&ve.from==null&&ve.min!=be&&mn(H,Kt(se+J,H),Kt(se,H))}hs()}else G.lock&&(G._lock=!G._lock,In(l,!0,s!=null));s!=null&&(Jn(si,ci),Br(si,r,Se,xe,re,U,null))}function sd(s,l,m,g,b,k,E){if(G._lock)return;Ln(s);let A=dn;if(dn){let D=!0,O=!0,V=10,q,X;L.ori==0?(q=Qe,X=je):(q=je,X=Qe),q&&X&&(D=Se<=V||Se>=re-V,O=xe<=V||xe>=U-V),q&&D&&(Se=Se<ar?0:re),X&&O&&(xe=xe<lr?0:U),In(null,!0,!0),dn=!1}Se=-10,xe=-10,oe.fill(null),In(null,!0,!0),A&&(dn=A)}function ua(s,l,m,g,b,k,E){G._lock||(Ln(s),ts(),hs(),s!=null&&Br(Kl,r,Se,xe,re,U,null))}function ca(){w.forEach($g),es(r.width,r.height,!0)}Hn(qo,Cr,ca);let dr={};dr.mousedown=aa,dr.mousemove=na,dr.mouseup=la,dr.dblclick=ua,dr.setSeries=(s,l,m,g)=>{let b=Fe.match[2];m=b(r,l,m),m!=-1&&Wt(m,g,!0,!1)},de&&(ot(Gl,C,aa),ot(oi,C,na),ot(Hl,C,s=>{Ln(s),Pr(!1)}),ot(Wl,C,sd),ot(Kl,C,ua),bi.add(r),r.syncRect=Pr);let go=r.hooks=e.hooks||{};function Je(s,l,m){ms?Mr.push([s,l,m]):s in go&&go[s].forEach(g=>{g.call(null,r,l,m)})}(e.plugins||[]).forEach(s=>{for(let l in s.hooks)go[l]=(go[l]||[]).concat(s.hooks[l])});let da=(s,l,m)=>m,Fe=Ve({key:null,setSeries:!1,filters:{pub:ru,sub:ru},scales:[F,S[1]?S[1].scale:null],match:[ou,ou,da],values:[null,null]},G.sync);Fe.match.length==2&&Fe.match.push(da),G.sync=Fe;let ma=Fe.key,ks=ec(ma);function Br(s,l,m,g,b,k,E){Fe.filters.pub(s,l,m,g,b,k,E)&&ks.pub(s,l,m,g,b,k,E)}ks.sub(r);function id(s,l,m,g,b,k,E){Fe.filters.sub(s,l,m,g,b,k,E)&&dr[s](null,l,m,g,b,k,E)}r.pub=id;function ad(){ks.unsub(r),bi.delete(r),vn.clear(),gi(qo,Cr,ca),d.remove(),ue?.remove(),Je("destroy")}r.destroy=ad;function Cs(){Je("init",e,t),$i(t||e.data,!1),N[F]?gs(F,N[F]):ts(),so=Ee.show&&(Ee.width>0||Ee.height>0),Rn=Rt=!0,es(e.width,e.height)}return S.forEach(Ui),w.forEach(Vc),n?n instanceof HTMLElement?(n.appendChild(d),Cs()):n(r,Cs):Cs(),r}Ye.assign=Ve;Ye.fmtNum=Ai;Ye.rangeNum=$o;Ye.rangeLog=Wo;Ye.rangeAsinh=Ei;Ye.orient=Kn;Ye.pxRatio=pe;Ye.join=Mm;Ye.fmtDate=wi,Ye.tzDate=Hm;Ye.sync=ec;{Ye.addGap=xg,Ye.clipGaps=jo;let e=Ye.paths={points:ic};e.linear=lc,e.stepped=Lg,e.bars=Dg,e.spline=Ig}var gc=220,mc=navigator.language;function fc({curve:e,byDay:t}){let n=gt(null);Jt(()=>{let o=n.current,i,a=()=>{i?.destroy(),i=new Ye(Hg(e,t,o),Gg(e),o)},u=new ResizeObserver(([d])=>i?.setSize({width:d.contentRect.width,height:gc})),c=matchMedia("(prefers-color-scheme: dark)");return c.addEventListener("change",a),a(),u.observe(o),()=>{c.removeEventListener("change",a),u.disconnect(),i?.destroy()}},[e,t]);let r=e.points.filter(({value:o})=>o!==null);return f("figure",{children:[f("figcaption",{children:e.name}),f("div",{class:"plot",ref:n,"aria-hidden":"true"}),f("details",{children:[f("summary",{children:[e.name,", as a table"]}),f(tt,{label:e.name,heads:["From",e.name],rows:r.map(({at:o,value:i})=>({key:String(o),cells:[Be(o),i]}))})]})]})}function Gg({points:e}){return[e.map(({at:t})=>t/1e3),e.map(({value:t})=>t)]}function Hg({name:e,bars:t,colour:n},r,o){let i=getComputedStyle(o),[a,u,c]=["ink","line",n].map(y=>i.getPropertyValue(`--${y}`).trim()),d={stroke:a,grid:{stroke:u,width:1},ticks:{stroke:u,width:1},font:"12px system-ui, sans-serif"},p=new Intl.DateTimeFormat(mc,{hour:"2-digit",minute:"2-digit"}),_=new Intl.DateTimeFormat(mc,{day:"numeric",month:"short"}),h=y=>{let C=new Date(y*1e3);return r||C.getHours()===0&&C.getMinutes()===0?_.format(C):p.format(C)};return{width:o.clientWidth,height:gc,series:[{label:"From",value:(y,C)=>C===null?"\u2013":Be(C*1e3)},{label:e,stroke:c,width:2,value:(y,C)=>C===null?"\u2013":Ne(C),...t&&{fill:c,paths:Ye.paths.bars({size:[.8,40],align:1}),points:{show:!1}}}],scales:{y:{range:(y,C,x)=>[0,Math.max(1,x*1.05)]}},axes:[{...d,values:(y,C)=>C.map(h),space:64},{...d,size:64,incrs:[1,2,5].flatMap(y=>[0,1,2,3,4,5,6].map(C=>y*10**C)).sort((y,C)=>y-C),values:(y,C)=>C.map(Ne)}]}}var Ni=36e5,pc=[{name:"The last 24 hours",long:24*Ni,bucket:"HOUR"},{name:"The last 7 days",long:168*Ni,bucket:"HOUR"},{name:"The last 90 days",long:2160*Ni,bucket:"DAY"}];function yc({event:{id:e},version:t}){let[n,r]=we(0),{name:o,long:i,bucket:a}=pc[n],{value:u,trouble:c,again:d}=sn(async()=>{let _=Date.now(),[h,y]=[new Date(_-i).toISOString(),new Date(_).toISOString()],{salesTimeline:C}=await Re(ne,yl,{id:e,from:h,to:y,bucket:a});return{bucket:a,points:C??[]}},[e,n,t]),p=gr(()=>{let _=(u?.points??[]).map(C=>({...C,at:Date.parse(C.start)})),[h]=_,y=(C,x,R,T)=>({name:C,colour:x,bars:T,points:_.map(S=>({at:S.at,value:R(S)}))});return[y("Bookings","focus",({bookings:C})=>C,!0),y(`Money taken, ${h?.revenue.gross.currencyCode??""}`,"action",({revenue:C})=>Number(C.gross.amount),!0),y("Seats left","leaving",({availableSeats:C})=>C,!1)]},[u]);return f("section",{"aria-label":"Over time",children:[f("h2",{children:"Over time"}),f("label",{children:["Show"," ",f("select",{value:n,onChange:({currentTarget:_})=>r(Number(_.value)),children:pc.map((_,h)=>f("option",{value:h,children:_.name},_.name))})]}),f(Oe,{words:c,again:d}),u&&f("div",{class:"plots","aria-label":o,children:p.map(_=>f(fc,{curve:_,byDay:u.bucket==="DAY"},_.name))})]})}function _c({id:e}){let t=sn(()=>Re(ne,pl,{id:e}),[e]),n=No(e,!0,t.again);if(!t.value)return t.trouble?f(Oe,{words:t.trouble,again:t.again}):f("h1",{tabIndex:-1,children:"Looking \u2026"});let{event:r,bookingSummary:o,healthMetrics:i}=t.value;if(!r)return f("h1",{tabIndex:-1,children:"There is no such event"});let a=n&&n.version>r.version?n:r;return f(ie,{children:[f("h1",{tabIndex:-1,children:r.name}),f("p",{children:[vo(r.startsAt,r.timeZone),r.venue&&`, ${r.venue}`]}),f(Oe,{words:t.trouble,again:t.again}),f(Wg,{event:{...r,salesOpen:a.salesOpen}}),f(Vl,{event:{...r,salesOpen:a.salesOpen},again:t.again}),f("h2",{children:"Now"}),f(Fo,{of:[["Left",Ne(a.availableSeats)],["Held",Ne(a.lockedSeats)],["Sold",Ne(a.bookedSeats)],["Seats",Ne(a.totalSeats)]]}),o&&f(Kg,{of:o}),i&&f(Qg,{of:i}),f(yc,{event:r,version:r.version}),f(jg,{event:r}),f(Ol,{event:r,again:t.again})]})}function Wg({event:e}){if(e.cancelledAt){let n=e.cancellationReason&&`: ${e.cancellationReason}`;return f("p",{class:"note",children:["Cancelled on ",Be(e.cancelledAt),n]})}let t=[e.salesStartAt&&`They begin on ${Be(e.salesStartAt)}.`,e.salesEndAt&&`They end on ${Be(e.salesEndAt)}.`].filter(Boolean);return f("p",{class:"note",children:[e.salesOpen?"Sales are open.":"Sales are closed."," ",t.join(" ")]})}function Kg({of:{bookings:e,revenue:t}}){let[n]=t;return f(ie,{children:[f("h2",{children:"Bookings and money"}),f(Fo,{of:[["Paid",Ne(e.confirmed)],["Not paid yet",Ne(e.pending)],["Not paid in time",Ne(e.expired)],["Failed",Ne(e.failed)],["Cancelled",Ne(e.cancelled)],...n?[["Taken",rn(n.gross)],["Given back",rn(n.refunded)],["Kept",rn(n.net)]]:[]]})]})}function Qg({of:{locks:e,payments:t}}){return f(ie,{children:[f("h2",{children:"In the last 24 hours"}),f(Fo,{of:[["Holds",Ne(e.total)],["Holds that lapsed",Ne(e.expired)],["Attempts to pay",Ne(t.totalAttempts)],["Paid",Ne(t.successful)],["Declined or failed",Ne(t.failed)],["Without an answer",Ne(t.timedOut)]]})]})}function jg({event:e}){let t=e.sections.map(n=>({key:n.id,cells:[n.name,n.seating==="RESERVED"?"Numbered":"General",n.availableSeats,n.lockedSeats,n.bookedSeats,n.totalSeats,f("meter",{"aria-hidden":"true",min:0,max:n.totalSeats,value:n.bookedSeats})]}));return f(ie,{children:[f("h2",{children:"By section"}),f(tt,{label:"By section",heads:["Section","Seating","Left","Held","Sold","Seats","Share sold"],rows:t})]})}function bc(){let[e,t="",n]=location.hash.replace(/^#\/?/,"").split("/").map(decodeURIComponent);return e==="events"&&t?{page:n==="history"?"history":"event",id:t}:e==="jobs"||e==="trail"?{page:e,id:t}:{page:"events",id:""}}var no=pt(bc());addEventListener("hashchange",()=>{no.value=bc(),scrollTo(0,0)});var hc="#/",kc="#/jobs",Fi="#/trail",Lr=e=>`#/events/${encodeURIComponent(e)}`;var En=e=>`${Fi}/${encodeURIComponent(e)}`;function Cc(e){location.hash=e}var Jg=20;function Sc(){let[e,t]=we(""),[n,r]=we(!1),o=bn(async i=>{let a=new Date().toISOString();return Qa(ne,{...!n&&{startsAfter:a},...e&&{search:e},...i&&{after:i}})},[e,n]);return f(ie,{children:[f("h1",{tabIndex:-1,children:"Events"}),f("p",{class:"fields",children:[f("label",{children:["Search ",f("input",{type:"search",value:e,onInput:({currentTarget:i})=>t(i.value)})]}),f("label",{children:[f("input",{type:"checkbox",checked:n,onChange:({currentTarget:i})=>r(i.checked)})," Also those that have begun"]})]}),f(hn,{of:o,none:"There is no such event."}),!!o.nodes?.length&&f("div",{class:"wide",role:"region","aria-label":"Events",tabIndex:0,children:f("table",{children:[f("thead",{children:f("tr",{children:["Event","Sales","Left","Held","Sold","Seats"].map((i,a)=>f("th",{scope:"col",class:a>1?"number":"",children:i},i))})}),f("tbody",{children:o.nodes.map((i,a)=>f(Zg,{event:i,isLive:a<Jg},i.id))})]})}),f(kn,{of:o})]})}function Zg({event:e,isLive:t}){let n=No(e.id,t)??e;return f("tr",{children:[f("th",{scope:"row",children:[f("a",{href:Lr(e.id),children:e.name}),f("span",{class:"soft",children:vo(e.startsAt,e.timeZone)})]}),f("td",{children:e.cancelledAt?"Cancelled":n.salesOpen?"Open":"Closed"}),[n.availableSeats,n.lockedSeats,n.bookedSeats,n.totalSeats].map((r,o)=>f("td",{class:"number",children:Ne(r)},o))]})}var Ec="Every counter and seat is what locks, bookings and the audit trail add up to.",vc="Our book and the payment provider's agree.";function Ac(){let[e,t]=we(null),[n,r]=we(null),{busy:o,trouble:i,run:a}=Ot(),u=()=>a(async()=>{t(null);let{inventoryCheck:d}=await Re(ne,wl,{});return t(d),d?.length?"Some counters are wrong.":Ec}),c=()=>a(async()=>{r(null);let{moneyCheck:d}=await Re(ne,Rl,{});return r(d),d?.length?"Some money differs.":vc});return f(ie,{children:[f("h2",{children:"Checks"}),f("p",{class:"buttons",children:[f("button",{"aria-disabled":o,onClick:()=>{u()},children:"Check the seats"}),f("button",{"aria-disabled":o,onClick:()=>{c()},children:"Check the money"})]}),f(Oe,{words:i}),e&&!e.length&&f("p",{class:"note",children:Ec}),!!e?.length&&f(tt,{label:"Counters that are wrong",heads:["Event","What","Stored","Adds up to"],rows:e.map(({event:d,field:p,stored:_,actual:h})=>({key:`${d.id} ${p}`,cells:[f("a",{href:Lr(d.id),children:d.name}),p,_,h]}))}),n&&!n.length&&f("p",{class:"note",children:vc}),!!n?.length&&f(tt,{label:"Money that differs",heads:["What","Booking","Ours","Theirs","Their reference"],rows:n.map(({kind:d,booking:p,ours:_,theirs:h,reference:y},C)=>({key:String(C),cells:[et(d),p?f("a",{href:En(p.id),children:p.reference}):"\u2013",_?rn(_):"\u2013",h?rn(h):"\u2013",y??"\u2013"]}))})]})}var xc={PENDING:"On its way",HELD:"Waits until the buyer has verified the address",DELIVERED:"Delivered",DEAD:"Given up"};function wc(){let[e,t]=we(""),n=bn(async c=>{let{deliveries:d}=await Re(ne,Al,{...e&&{status:e},...c&&{after:c}});return d??{nodes:[],pageInfo:{hasNextPage:!1,endCursor:null}}},[e]),{busy:r,trouble:o,run:i}=Ot(),a=c=>i(async()=>(await ut(ne,xl,{id:c}),await n.again(),"It is on its way again.")),u=(n.nodes??[]).map(c=>({key:c.id,cells:[et(c.type),c.booking?f("a",{href:En(c.booking.id),children:c.booking.reference}):"\u2013",c.byEmail?"E-mail":c.endpoint?.url??"A webhook that was removed",xc[c.status]??et(c.status),c.attempts,c.lastError??"\u2013",Be(c.createdAt),Be(c.deliveredAt??c.nextAttemptAt),c.status==="DEAD"?f("button",{"aria-disabled":r,onClick:()=>{a(c.id)},children:"Send again"}):"\u2013"]}));return f(ie,{children:[f("h2",{children:"Deliveries"}),f("label",{children:["State"," ",f("select",{value:e,onChange:({currentTarget:c})=>t(c.value),children:[f("option",{value:"",children:"All"}),Object.entries(xc).map(([c,d])=>f("option",{value:c,children:d},c))]})]}),f(Oe,{words:o}),f(hn,{of:n,none:"There is no such delivery."}),!!u.length&&f(tt,{label:"Deliveries",heads:["Message","Booking","To","State","Attempts","Last error","Made","Delivered or next","By hand"],rows:u}),f(kn,{of:n})]})}var Pi={EXPIRE_LOCKS:"Frees the seats of holds that have run out. Twice a second.",EXPIRE_BOOKINGS:"Ends bookings that were not paid in time. Twice a second.",CANCEL_EVENTS:"Cancels the bookings of cancelled events, and has the money given back. Every second.",SEND_REFUNDS:"Sends refunds that the payment provider has not confirmed. Every second.",RECONCILE:"Asks the payment provider about payments without an answer. Every minute.",DELIVER:"Sends messages to webhooks and by e-mail. Every second.",RECOVER:"Finishes what a crash left half done, and repairs inventories. Nightly.",CLEAN_UP:"Deletes and archives what is old. Nightly."};function Rc(){let[e,t]=we(""),n=sn(()=>Re(ne,Sl,{}),[]),r=bn(async d=>{let{jobExecutions:p}=await Re(ne,El,{...e&&{job:e},...d&&{after:d}});return p??{nodes:[],pageInfo:{hasNextPage:!1,endCursor:null}}},[e]),{busy:o,trouble:i,run:a}=Ot(),u=d=>a(async()=>{let{execution:p}=await ut(ne,vl,{job:d});return await Promise.all([n.again(),r.again()]),`${et(d)}: ${Bi(p)}.`}),c=Object.keys(Pi).map(d=>{let p=n.value?.[d]?.nodes[0],_=[f(ie,{children:[et(d)," ",f("span",{class:"soft",children:Pi[d]})]}),p?Bi(p):n.value?"No run with something to do in 24 hours":"\u2026",Be(p?.startedAt??null),f("button",{"aria-label":`Run now: ${et(d)}`,"aria-disabled":o,onClick:()=>{u(d)},children:"Run now"})];return{key:d,cells:_}});return f(ie,{children:[f("h1",{tabIndex:-1,children:"Jobs"}),f(Oe,{words:n.trouble,again:n.again}),f(Oe,{words:i}),f(tt,{label:"Jobs",heads:["Job","Last run","Began","By hand"],rows:c}),f("h2",{children:"Last runs"}),f("label",{children:["Job"," ",f("select",{value:e,onChange:({currentTarget:d})=>t(d.value),children:[f("option",{value:"",children:"All"}),Object.keys(Pi).map(d=>f("option",{value:d,children:et(d)},d))]})]}),f(hn,{of:r,none:"There was no run with something to do in the last 24 hours."}),!!r.nodes?.length&&f(tt,{label:"Last runs",heads:["Job","Came to","Began","Ended"],rows:r.nodes.map(d=>({key:d.id,cells:[et(d.job),Bi(d),Be(d.startedAt),Be(d.endedAt)]}))}),f(kn,{of:r}),f(wc,{}),f(Ac,{})]})}function Bi({status:e,recordsProcessed:t,error:n}){if(e==="RUNNING")return"under way";if(e==="SKIPPED")return"skipped, because another run was under way";let r=t===1?"1 thing done":`${t} things done`;return e==="FAILED"?`failed, ${r}: ${n}`:r}function Lc(){let[e,t]=we(""),[n,r]=we(!1);async function o(i){if(i.preventDefault(),n)return;let a=new FormData(i.currentTarget);r(!0),t("");try{await Nl({email:String(a.get("email")),password:String(a.get("password"))})}catch(u){let c=u instanceof jr;t(c?"This console is for ADMINs, and you are not one. You can buy in the shop.":Un(u))}finally{r(!1)}}return f("form",{class:"door",onSubmit:o,children:[f("h1",{tabIndex:-1,children:"Sign in to the console"}),f("p",{children:["It is for ADMINs. Tickets are in ",f("a",{href:"/",children:"the shop"}),"."]}),f("label",{children:["E-mail ",f("input",{name:"email",type:"email",autocomplete:"username",required:!0})]}),f("label",{children:["Password ",f("input",{name:"password",type:"password",autocomplete:"current-password",required:!0})]}),f("div",{role:"alert",children:e&&f("p",{class:"trouble",children:e})}),f("button",{class:"main","aria-disabled":n,children:"Sign in"})]})}function Tc({words:e}){let{value:t,trouble:n,again:r}=sn(async()=>e?Yg(e):null,[e]),[o,...i]=t?.bookings??[];function a(u){u.preventDefault();let c=new FormData(u.currentTarget).get("words");Cc(En(String(c).trim()))}return f(ie,{children:[f("h1",{tabIndex:-1,children:"Audit trail"}),f("form",{class:"fields",role:"search",onSubmit:a,children:[f("label",{children:["A booking's id or reference, a correlation id, or a buyer's name or e-mail"," ",f("input",{name:"words",type:"search",defaultValue:e,required:!0,pattern:".*\\S.*"},e)]}),f("button",{class:"main",children:"Find"})]}),f(Oe,{words:n,again:r}),e&&!t&&!n&&f("p",{children:"Looking \u2026"}),t&&!o&&!t.isRequest&&f("p",{role:"status",children:["Nothing is known by \u201C",e,"\u201D."]}),o&&f(zg,{of:[o,...i]}),o&&!i.length&&f(Dc,{booking:o.id},o.id),t?.isRequest&&f(Dc,{correlation:e},e)]})}async function Yg(e){let[t,n,r,o]=await Promise.all([zo(Re(ne,Ll,{reference:e})),zo(Re(ne,Dl,{id:e})),zo(Re(ne,Tl,{search:e})),zo(Re(ne,Zs,{correlation:e}))]),i=!!o?.auditLog?.nodes.length,a=n?.booking??t?.bookings?.nodes[0];return a?{bookings:[a],isRequest:i}:{bookings:(await Promise.all((r?.users?.nodes??[]).map(({id:d})=>Re(ne,Il,{user:d})))).flatMap(({bookings:d})=>d?.nodes??[]).sort((d,p)=>p.createdAt.localeCompare(d.createdAt)),isRequest:i}}async function zo(e){try{return await e}catch(t){if(t instanceof lt&&t.code==="INVALID_INPUT")return null;throw t}}function zg({of:e}){return f(ie,{children:[f("h2",{children:e.length===1?"The booking":"Bookings"}),f(tt,{label:"Bookings",heads:["Reference","Event","Buyer","Seats","Total","Status","Made"],rows:e.map(t=>({key:t.id,cells:[f("a",{href:En(t.id),children:t.reference}),f("a",{href:Lr(t.event.id),children:t.event.name}),`${t.user.name}, ${t.user.email}`,t.quantity,rn(t.total),et(t.status),Be(t.createdAt)]}))})]})}function Dc(e){let t=bn(async n=>{let{auditLog:r}=await Re(ne,Zs,{...e,...n&&{after:n}});return r??{nodes:[],pageInfo:{hasNextPage:!1,endCursor:null}}},[]);return f(ie,{children:[f("h2",{children:e.booking?"What happened to it":"What the request caused"}),f(hn,{of:t,none:"Nothing is written of it."}),!!t.nodes?.length&&f(tt,{label:"Audit trail",heads:["What","When","By","Status","Details","Correlation id"],rows:t.nodes.map(n=>({key:n.id,cells:[et(n.action)+(n.isRetry?", a repeat":""),Be(n.createdAt),n.actor?`${n.actor.name}, ${n.actor.email}`:"\u2013",Xg(n),ef(n),f("a",{href:En(n.correlationId),children:n.correlationId})]}))}),f(kn,{of:t})]})}function Xg({fromStatus:e,toStatus:t}){let[n,r]=[e&&et(e),t&&et(t)];return n&&r&&n!==r?`${n} \u2192 ${r}`:r||n||"\u2013"}function ef({seats:e,metadata:t}){let n=Object.entries(t??{}).map(([r,o])=>`${et(r)}: ${typeof o=="object"?JSON.stringify(o):String(o)}`);return[...e,...n].join(", ")||"\u2013"}var tf=[["events",hc,"Events"],["jobs",kc,"Jobs"],["trail",Fi,"Audit trail"]];function nf(){let{page:e,id:t}=no.value;return e==="event"?f(_c,{id:t},t):e==="jobs"?f(Rc,{}):e==="trail"?f(Tc,{words:t}):f(Sc,{})}function rf(){let e=gt(!0);return Jt(()=>{document.title="Console",e.current||document.querySelector("h1")?.focus(),e.current=!1},[no.value,Yt.value]),f(ie,{children:[f("header",{children:[f("nav",{"aria-label":"Console",children:[Yt.value!==null&&tf.map(([t,n,r])=>f("a",{href:n,"aria-current":no.value.page===t?"page":void 0,children:r},t)),f("a",{href:"/",children:"Shop"})]}),Yt.value!==null&&f("span",{children:[Yt.value," ",f("button",{onClick:()=>{ni()},children:"Sign out"})]})]}),_r.value&&Yt.value!==null&&f("p",{class:"trouble",role:"status",children:"The connection is lost, so what you see may be old. It comes back by itself."}),f("main",{children:Yt.value===null?f(Lc,{}):f(nf,{})}),f("p",{class:"said","aria-live":"polite",children:Xs.value}),f(Bl,{})]})}Fl().catch(()=>{});xa(f(rf,{}),document.getElementById("console"));
