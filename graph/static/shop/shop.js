var No="button, a, input, select, summary",ge=null;addEventListener("click",t=>{let e=t.detail?t.target.closest(No):null;if(!e)return;let{clientX:n,clientY:r,timeStamp:o}=t;if(ge&&o-ge.at<500){let s=Math.hypot(n-ge.x,r-ge.y)<5;if(ge.control===e?ge.acted:s){t.preventDefault(),t.stopPropagation();return}}ge={control:e,x:n,y:r,at:o,acted:!1}},!0);function Te(){ge&&(ge.acted=!0)}addEventListener("keydown",t=>t.key==="Enter"&&t.repeat&&t.preventDefault(),!0);var S,Tn,jt,he,Gt,kt,Nn,yt,Dn,Kt,Zt,Do,Ye=Symbol.for("pv"),bt={},_t=[],Bo=/^m(i|n|o|s|text|space)$/,Qt=Array.isArray,Yt=_t.slice,Ae=Object.assign;function Se(t){t&&t.parentNode&&t.remove()}function Bn(t,e,n){var r,o,s,i={},a=arguments.length;for(s in e)s=="key"?r=e[s]:s=="ref"&&typeof t!="function"?o=e[s]:i[s]=e[s];return a>2&&(i.children=a>3?Yt.call(arguments,2):n),Qe(t,i,r,o,null)}function Qe(t,e,n,r,o){var s={type:t,props:e,key:n,ref:r,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Ye,__v:o||++Tn,__i:-1,__u:0};return!o&&S.vnode&&S.vnode(s),s}function E(t){return t.children}function Ne(t,e){this.props=t,this.context=e,this.__g=0}function ke(t,e){if(e==null)return t.__&&ke(t.__,t.__i+1);for(var n;e<t.__k.length;e++)if((n=t.__k[e])&&n.__e)return n.__e;return typeof t.type!="function"||t.props.__P?null:ke(t)}function Po(t){var e,n=t.__v,r=n.__e,o=[],s=[],i=t.__P;i&&((e=Ae({constructor:Ye},n)).__v=n.__v+1,S.vnode&&S.vnode(e),zt(i,e,n,t.__n,i.namespaceURI,32&n.__u?[r]:null,o,r||ke(n),32&n.__u,s),e.__v=n.__v,e.__.__k[e.__i]=e,Un(o,e,s),n.__=n.__e=null,e.__e!=r&&Pn(e))}function Pn(t){if((t=t.__)&&t.__c&&!t.props.__P)return t.__e=null,t.__k.some(function(e){return e&&(t.__e=e.__e)}),Pn(t)}function In(t){(8&t.__g||(t.__g|=8,he.push(t),kt++))&&Gt==S.debounceRendering||((Gt=S.debounceRendering)||queueMicrotask)(Fn)}function Fn(){try{for(var t,e=1;he.length;)he.length>e&&he.sort(Nn),t=he.shift(),e=he.length,8&t.__g&&Po(t)}finally{(kt=he.length)&&(Gt||queueMicrotask)(Fn)}}function On(t,e,n,r,o,s,i,a,c,d,l){var m,p,g,f,y,k,b=r.__k||_t,h=e.length;for(c=Fo(n,e,b,c,h),m=0;m<h;m++)(g=n.__k[m])!=null&&(p=~g.__i&&b[g.__i]||bt,g.__i=m,k=zt(t,g,p,o,s,i,a,c,d,l),f=g.__e,(p.ref!=g.ref||8&p.__u)&&(p.ref&&Xt(p.ref,null,g,p),g.ref&&l.push(g.ref,g.__c||f,g)),y=y||f,4&g.__u?(c=qn(g,c,t,!p.__v),p.__e&&(p.__e=null)):typeof g.type=="function"&&k!==void 0?c=k:f&&(c=f.nextSibling),g.__u&=-21);return n.__e=y,c}function Fo(t,e,n,r,o){var s,i,a,c,d,l,m,p,g,f=n.length,y=f,k=0,b=0,h=t.__k=Array(o);for(s=0;s<o;s++)(i=e[s])!=null&&typeof i!="boolean"&&typeof i!="function"?(typeof i!="object"||i.constructor===String?i=h[s]=Qe(null,i):Qt(i)?i=h[s]=Qe(E,{children:i}):i.constructor===Ye&&i.__b?i=h[s]=Qe(i.type,i.props,i.key,i.ref,i.__v):h[s]=i,c=s+k,i.__=t,i.__b=t.__b+1,a=null,~(d=i.__i=Oo(i,n,c,y))&&(y--,(a=n[d])&&(a.__u|=2)),a&&a.__v?(i.__u|=16,d==c-1?k--:d==c+1?k++:d!=c&&(d>c?k--:k++,b=1)):(~d||(o>f?k--:o<f&&k++),typeof i.type!="function"&&(i.__u|=4))):h[s]=null;if(b){for(l=[],m=[],s=0;s<o;s++)if((i=h[s])&&16&i.__u){for(k=0,p=l.length;k<p;)l[g=k+p>>1]<i.__i?k=g+1:p=g;l[k]=i.__i,m[s]=k+1}for(k=l.length;s--;)m[s]&&(m[s]==k?k--:h[s].__u|=4)}if(y)for(s=0;s<f;s++)!(a=n[s])||2&a.__u||(a.__e==r&&(r=ke(a)),Jt(a,a));return r}function qn(t,e,n,r){var o,s,i,a;if(typeof t.type=="function"){if(t.props.__P)return e;if(o=t.__k)for(s=0;s<o.length;s++)o[s]&&(o[s].__=t,e=qn(o[s],e,n,!1));return e}for(e&&!e.parentNode&&(e=ke(t))&&!e.parentNode&&(e=null),i=t.__e,a=e;a&&a.nodeType==8;)a=a.nextSibling;for(i!=a&&(!r&&n.moveBefore&&i.parentNode?n.moveBefore(i,e):n.insertBefore(i,e||null)),e=i;(e=e&&e.nextSibling)&&e.nodeType==8&&!e.data.startsWith("$s"););return e}function Oo(t,e,n,r){var o,s=t.key,i=t.type,a=e[n],c=a&&!(2&a.__u);if(a===null&&s==null||c&&s==a.key&&i==a.type)return n;if(r>(c?1:0)){for(o=n-1;o>=0;o--)if((a=e[o])&&!(2&a.__u)&&s==a.key&&i==a.type)return o;for(o=n+1;o<e.length;o++)if((a=e[o])&&!(2&a.__u)&&s==a.key&&i==a.type)return o}return-1}function Mn(t,e,n){n==null&&(n=""),e[0]=="-"?t.setProperty(e,n):t[e]=n}function ft(t,e,n,r,o){var s,i;if(e=="style")if(typeof n=="string")t.style.cssText=n;else{if(typeof r=="string"&&(t.style.cssText=r=""),r)for(e in r)n&&e in n||Mn(t.style,e);if(n)for(e in n)r&&n[e]==r[e]||Mn(t.style,e,n[e])}else if(e[0]=="o"&&e[1]=="n")typeof n!="function"&&(n=null),typeof r!="function"&&(r=null),(t.__e||(t.__e={}))[e]=n,n&&r||(i=Zt[e]||(Zt[e]=qo(e)),(t.__a||(t.__a={}))[e]=Kt,s=e!=(e=e.replace(Dn,"$1")),(e=e.slice(2))[0]<"a"&&(e=e.toLowerCase()),n?t.addEventListener(e,i,s):t.removeEventListener(e,i,s));else{if(o=="http://www.w3.org/2000/svg")e=e.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(e!="width"&&e!="height"&&e!="href"&&e!="list"&&e!="form"&&e!="tabIndex"&&e!="download"&&e!="rowSpan"&&e!="colSpan"&&e!="role"&&e!="popover"&&e in t)try{return void(t[e]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&e[4]!="-"?t.removeAttribute(e):t.setAttribute(e,e=="popover"&&n==1?"":n)}}function qo(t){return function(e){var n=this.__e;if(n){if(n=n[t],e[yt]==null)e[yt]=Kt++;else if(e[yt]<this.__a[t])return;return n(S.event?S.event(e):e)}}}function zt(t,e,n,r,o,s,i,a,c,d){var l,m,p,g,f,y,k,b,h,v,L,se,ae,ye,X,Ce,ie,ue,ne=e.type;if(e.constructor!==Ye)return null;128&n.__u&&(c=32&n.__u,l=n.__c.__z)&&(e.__u|=c,m=s=[],l.nodeType==8?a=ht(l,s):s.push(l),a=s[0]||a),(l=S.__b)&&l(e);e:if(typeof ne=="function"){p=i.length;try{if(b=e.props,h=(l=ne.prototype)&&l.render,v=(l=ne.contextType)&&r[l.__c],L=l?v?v.props.value:l.__:r,(g=n.__c)?(e.__c=g,2&g.__g&&(g.__g|=1)):(h?e.__c=g=new ne(b,L):(e.__c=g=new Ne(b,L),g.constructor=ne,g.render=Uo),v&&v.sub(g),g.state||(g.state={}),g.__n=r,g.__g|=8,g.__h=[],g.__k=[]),h&&(g.__s||(g.__s=g.state),ne.getDerivedStateFromProps&&(g.__s==g.state&&(g.__s=Ae({},g.__s)),Ae(g.__s,ne.getDerivedStateFromProps(b,g.__s)))),f=g.props,y=g.state,g.__v=e,n.__c){if(b!==f&&h&&!ne.getDerivedStateFromProps&&g.componentWillReceiveProps&&g.componentWillReceiveProps(b,L),e.__v==n.__v&&!(8&g.__g)||!(4&g.__g)&&g.shouldComponentUpdate&&g.shouldComponentUpdate(b,g.__s,L)===!1){e.__v!=n.__v&&(g.props=b,g.state=g.__s,g.__g&=-9),e.__e=n.__e,e.__k=n.__k,e.__k.some(function(Q){Q&&(Q.__=e)}),_t.push.apply(g.__h,g.__k),g.__k=[],g.__h.length&&i.push(g),a=ke(n);break e}g.componentWillUpdate&&g.componentWillUpdate(b,g.__s,L),h&&g.componentDidUpdate&&g.__h.push(function(){g.componentDidUpdate(f,y,k)})}else h&&!ne.getDerivedStateFromProps&&g.componentWillMount&&g.componentWillMount(),h&&g.componentDidMount&&g.__h.push(g.componentDidMount);g.context=L,g.props=b,g.__P=t,g.__g&=-5,se=S.__r,ae=h?25:0;do g.__g&=-9,se&&se(e),l=g.render(g.props,g.state=g.__s,g.context);while(8&g.__g&&++ae<25);h&&(_t.push.apply(g.__h,g.__k),g.__k=[]),g.state=g.__s,g.getChildContext&&(r=Ae({},r,g.getChildContext())),h&&n.__c&&g.getSnapshotBeforeUpdate&&(k=g.getSnapshotBeforeUpdate(f,y)),ye=l&&l.type===E&&l.key==null?l.props.children:l,b.__P&&(l=a,o=(t=b.__P).namespaceURI,c=s=null,n.props&&n.props.__P!=t&&(n.__k.some(function(Q){Q&&Jt(Q,Q)}),n.__k=null),a=n.__k?ke(n,0):null),a=On(t,Qt(ye)?ye:[ye],e,n,r,o,s,i,a,c,d),b.__P&&(e.__e=null,a=l),e.__u&=-161,m&&m.some(Se),g.__h.length&&i.push(g),1&g.__g&&(g.__g&=-4)}catch(Q){if(i.length=p,e.__v=null,c||s)if(Q&&Q.then){if(e.__u|=128|c,s){for(~(ie=s.indexOf(a||void 0))||(ie=s.length);(ue=s[ie-1])&&ue.nodeType==8;)ie--;for(;ie<s.length;ie++)if(ue=s[ie])if(s[ie]=null,X){if(ue==Ce)break}else{if(ue.nodeType!=8)break;ue.data.startsWith("$s")&&(Ce=ht(X=ue))}}if(!X){for(;a&&a.nodeType==8&&a.nextSibling;)a=a.nextSibling;X=a}(l=ht(X=e.__c.__z||(e.__c.__z=X)))?(e.__e=X,a=l):e.__e=a,a=a&&a.nextSibling}else s&&s.some(Se);else e.__e=n.__e;e.__k||(e.__k=n.__k||[]),Q&&Q.then||$n(e),S.__e(Q,e,n)}}else a=e.__e=$o(n.__e,e,n,r,o,s,i,c,d,t);return(l=S.diffed)&&l(e),a}function ht(t,e){if(t&&t.nodeType==8&&t.data.startsWith("$s"))for(var n=1;t=t.nextSibling;){if(t.nodeType==8){if(t.data.startsWith("$s"))n++;else if(t.data.startsWith("/$s")&&!--n)return t}e&&e.push(t)}}function $n(t){t&&(t.__c&&(t.__c.__g|=4),t.__k&&t.__k.some($n))}function Un(t,e,n){for(var r=0;r<n.length;)Xt(n[r++],n[r++],n[r++]);S.__c&&S.__c(e,t),t.some(function(o){try{t=o.__h,o.__h=[],t.some(function(s){s.call(o)})}catch(s){S.__e(s,o.__v)}})}function $o(t,e,n,r,o,s,i,a,c,d){var l,m,p,g,f,y,k,b,h=n.props||bt,v=e.props,L=e.type;if(L=="svg"?o="http://www.w3.org/2000/svg":L=="math"?o="http://www.w3.org/1998/Math/MathML":o||(o="http://www.w3.org/1999/xhtml"),s){for(l=0;l<s.length;l++)if((f=s[l])&&(L?f.localName==L:f.nodeType==3)){t=f,s[l]=null;break}}if(!t){if(b=d.ownerDocument||document,!L)return b.createTextNode(v);t=b.createElementNS(o,L,v.is?v:d),a&&(S.__m&&S.__m(e,s),a=!1),s=null}if(L){if(d=L=="template"&&t.content||t,s=L=="textarea"&&v.defaultValue!=null?null:s&&Yt.call(d.childNodes),!a&&s)for(h={},l=0;l<t.attributes.length;l++)h[(f=t.attributes[l]).name]=f.value;for(l in h)f=h[l],l=="dangerouslySetInnerHTML"?p=f:l=="children"||l in v||l=="value"&&"defaultValue"in v||l=="checked"&&"defaultChecked"in v||ft(t,l,null,f,o);for(l in v)f=v[l],l=="children"?g=f:l=="dangerouslySetInnerHTML"?m=f:l=="value"?y=f:l=="checked"?k=f:a&&typeof f!="function"||h[l]===f||ft(t,l,f,h[l],o);m?(a||p&&(m.__html==p.__html||m.__html==t.innerHTML)||(t.innerHTML=m.__html),e.__k=[]):(p&&(t.textContent=""),(L=="foreignObject"||o=="http://www.w3.org/1998/Math/MathML"&&Bo.test(L))&&(o="http://www.w3.org/1999/xhtml"),On(d,Qt(g)?g:[g],e,n,r,o,s,i,s?s[0]:n.__k&&ke(n,0),a,c),s&&s.some(Se)),a&&L!="textarea"||(l="value",L=="progress"&&y==null?t.removeAttribute(l):y==null||y===t[l]&&(L!="progress"||y)||ft(t,l,y,h[l],o),l="checked",k!=null&&k!=t[l]&&ft(t,l,k,h[l],o))}else h===v||a&&t.data==v||(t.data=v);return t}function Xt(t,e,n,r){try{typeof t=="function"?e?e.__x=t(e)||1:r&&(r=r.__c||r.__e)&&(e=r.__x)&&(r.__x=null,typeof e=="function"?e():t(null)):t.current=e}catch(o){S.__e(o,n)}}function Jt(t,e,n){var r,o,s,i;if(S.unmount&&S.unmount(t),!(r=t.ref)||r.current&&r.current!=t.__e||Xt(r,null,e,t),r=t.__c){if(r.componentWillUnmount)try{r.componentWillUnmount()}catch(a){S.__e(a,e)}r.__P=r.__n=null}if(r=t.__k)for(i=0;i<r.length;i++)r[i]&&Jt(r[i],e,typeof t.type!="function"||n&&!t.props.__P);!n&&(r=t.__c)&&(r=r.__z)&&(o=ht(r,s=[]))&&(r==t.__e&&s.some(Se),Se(o),Se(r)),n||Se(t.__e),t.__e=t.__c=t.__=null}function Uo(t,e,n){return this.constructor(t,n)}function Vn(t,e){var n,r,o,s;S.__&&S.__(t,e),e.nodeType==9&&(e=e.documentElement),r=(n=t&&32&t.__u)?null:e.__k,e.__k=Qe(E,{children:[t]}),o=[],s=[],zt(e,e.__k,r||bt,bt,e.namespaceURI,r?null:e.firstChild?Yt.call(e.childNodes):null,o,r?r.__e:e.firstChild,n,s),Un(o,e.__k,s),e.__k.props.children=null}S={__e:function(t,e,n,r){for(var o,s,i;e=e.__;)if((o=e.__c)&&!(1&o.__g)){o.__g|=4;try{if((i=(s=o.constructor)&&s.getDerivedStateFromError)&&o.setState(s.getDerivedStateFromError(t)),o.componentDidCatch&&(o.componentDidCatch(t,r||{}),i=1),i&&8&o.__g)return void(o.__g|=2)}catch(a){t=a}}throw kt=0,t}},Tn=0,jt=function(t){return t!=null&&t.constructor===Ye},Ne.prototype.setState=function(t,e){var n=this.__s;n&&n!=this.state||(n=this.__s=Ae({},this.state)),typeof t=="function"&&(t=t(Ae({},n),this.props)),t&&(Ae(n,t),this.__v&&(e&&this.__k.push(e),In(this)))},Ne.prototype.forceUpdate=function(t){this.__v&&(this.__g|=4,t&&this.__h.push(t),In(this))},Ne.prototype.render=E,he=[],kt=0,Nn=function(t,e){return t.__v.__b-e.__v.__b},yt=Symbol(),Dn=/(PointerCapture)$|Capture$/i,Kt=0,Zt={},Do=0;var De,P,en,Hn,tn=Object.is,vt=0,Xn=[],nn=[],N=S,Wn=N.__b,Gn=N.__r,Zn=N.diffed,jn=N.__c,Kn=N.unmount,Qn=N.__;function Ct(t,e){N.__h&&N.__h(P,t,vt||e),vt=0;var n=P.__H||(P.__H={__:[],__h:[]});return t>=n.__.length&&n.__.push({}),n.__[t]}function M(t){return vt=1,Vo(Jn,t)}function Vo(t,e,n){var r=Ct(De++,2);if(r.t=t,!r.__c&&(r.__=[n?n(e):Jn(void 0,e),function(s){var i=(r.__N||r.__)[0],a=r.t(i,s);tn(i,a)||(r.__N=[a,r.__[1]],r.__c.setState({}))}],r.__c=P,!P.__f)){P.__f=!0;var o=P.shouldComponentUpdate;P.shouldComponentUpdate=function(s,i,a){var c=this.__H;if(!c)return!0;var d=!1,l=this.props!=s;if(c.__.some(function(p){p.__N&&(d=!0,tn(p.__[0],p.__N[0])||(l=!0))}),o){var m=o.call(this,s,i,a);return d?m||l:m}return!d||l}}return r.__}function q(t,e){var n=Ct(De++,3);!N.__s&&on(n.__H,e)&&(n.__P=!0,n.__=t,n.u=e,P.__H.__h.push(n))}function be(t,e){var n=Ct(De++,4);!N.__s&&on(n.__H,e)&&(n.__P=!1,n.__=t,n.u=e,P.__h.push(n))}function j(t){return vt=5,Be(function(){return{current:t}},[])}function Be(t,e){var n=Ct(De++,7);return on(n.__H,e)&&(n.__=t(),n.__H=e),n.__}function Ho(){var t;do{for(;t=nn.shift();)try{ze(t)}catch(n){N.__e(n,{__:(t=t.__P)&&t.__v})}for(;t=Xn.shift();){var e=t.__H;if(t.__P&&e)try{e.__h.some(ze),e.__h.some(rn),e.__h=[]}catch(n){e.__h=[],N.__e(n,t.__v)}}}while(nn.length)}N.__b=function(t){P=null,Wn&&Wn(t)},N.__=function(t,e){t&&e.__k&&e.__k.__m&&(t.__m=e.__k.__m),Qn&&Qn(t,e)},N.__r=function(t){Gn&&Gn(t),De=0;var e=(P=t.__c).__H;e&&(en==P?P.__h=[]:(e.__h.some(ze),e.__h.some(rn),De=0),e.__h=[],e.__.some(function(n){n.__N&&(n.__=n.__N),n.u=n.__N=void 0})),en=P},N.diffed=function(t){Zn&&Zn(t);var e=t.__c;e&&e.__H&&(e.__H.__h.length&&zn(Xn.push(e)),e.__H.__.some(function(n){n.u&&(n.__H=n.u)})),en=P=null},N.__c=function(t,e){e.some(function(n){try{n.__h.some(ze),n.__h=n.__h.filter(function(r){return!r.__||rn(r)})}catch(r){n.__h=[function(){throw r}]}}),jn&&jn(t,e)},N.unmount=function(t){Kn&&Kn(t);var e,n,r=t.__c;r&&r.__H&&(r.__H.__.some(function(o){try{if(o.__P&&o.__c){if(n===void 0){for(n=t.__;n&&(!n.__c||!n.__c.__P);)n=n.__;n=n&&n.__c}o.__P=n,zn(nn.push(o))}else ze(o)}catch(s){e=s}}),r.__H=void 0,e&&N.__e(e,r.__v))};var Yn=typeof requestAnimationFrame=="function";function Wo(t){var e,n=function(){clearTimeout(r),Yn&&cancelAnimationFrame(e),setTimeout(t)},r=setTimeout(n,35);Yn&&(e=requestAnimationFrame(n))}function zn(t){t!=1&&Hn==N.requestAnimationFrame||((Hn=N.requestAnimationFrame)||Wo)(Ho)}function ze(t){var e=P,n=t.__c;typeof n=="function"&&(t.__c=void 0,n()),P=e}function rn(t){var e=P;t.__c=t.__(),P=e}function on(t,e){return!t||t.length!=e.length||e.some(function(n,r){return!tn(n,t[r])})}function Jn(t,e){return typeof e=="function"?e(t):e}var re=class extends Error{name="Refused";code;outcome;constructor(e){super(e.message),this.code=e.code,this.outcome=e}};function Pe(t,e){return t instanceof re&&t.outcome.__typename===e?t.outcome:void 0}var V=class extends Error{name="RequestFailed";code;extensions;constructor(e,n,r={}){super(n),this.code=e,this.extensions=r}},H=class extends Error{name="SessionEnded"},Xe=class extends Error{name="ConnectionEnded"};var F=class extends String{__apiType;value;__meta__;constructor(e,n){super(e),this.value=e,this.__meta__=n}toString(){return this.value}};var er=new F(`
    mutation Register($input: RegisterInput!) {
  registered: register(input: $input) {
    __typename
    ...Registered
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
fragment Registered on RegisterSuccess {
  ...Session
}`),tr=new F(`
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
}`),nr=new F(`
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
}`),rr=new F(`
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
}`),or=new F(`
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
  salesClosedReason
  cancelledAt
  maxSeatsPerBuyer
  cancellation {
    fullUntil
    percentage
  }
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`),sr=new F(`
    query ReadEvent($id: ID!, $map: Boolean! = true) {
  event(id: $id) {
    ...Event
    sections {
      id
      name
      seating
      price {
        ...Money
      }
      totalSeats
      availableSeats
      rows @include(if: $map) {
        name
        statuses
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
  salesClosedReason
  cancelledAt
  maxSeatsPerBuyer
  cancellation {
    fullUntil
    percentage
  }
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`),ar=new F(`
    subscription WatchSeats($event: ID!, $rows: Boolean! = true, $labels: Boolean! = false, $whole: Boolean! = false) {
  seatAvailability(eventId: $event) {
    version
    snapshot
    salesOpen
    salesClosedReason
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
  salesClosedReason
  cancelledAt
  maxSeatsPerBuyer
  cancellation {
    fullUntil
    percentage
  }
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`),ir=new F(`
    mutation LockSeats($input: LockSeatsInput!) {
  lockSeats(input: $input) {
    __typename
    ...Locked
    ...Refusal
    ...InvalidInput
    ...NotEnoughSeats
    ...SeatsUnavailable
    ...SalesClosed
    ...LimitExceeded
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
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
fragment NotEnoughSeats on NotEnoughSeats {
  availableSeats
}
fragment SeatsUnavailable on SeatsUnavailable {
  seats
  orphans
}
fragment SalesClosed on SalesClosed {
  reason
  opensAt
}
fragment LimitExceeded on LimitExceeded {
  limit
  field
  retryAt
}
fragment Locked on LockSeatsSuccess {
  lock {
    ...SeatLock
  }
  together
  replayed
}`),sn=new F(`
    mutation ChangeLock($input: ChangeLockInput!) {
  changeLock(input: $input) {
    __typename
    ...Changed
    ...Refusal
    ...InvalidInput
    ...NotEnoughSeats
    ...SeatsUnavailable
    ...SalesClosed
    ...LimitExceeded
    ...LockExpired
    ...LockNotActive
    ...LockAlreadyUsed
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
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
fragment NotEnoughSeats on NotEnoughSeats {
  availableSeats
}
fragment SeatsUnavailable on SeatsUnavailable {
  seats
  orphans
}
fragment SalesClosed on SalesClosed {
  reason
  opensAt
}
fragment LimitExceeded on LimitExceeded {
  limit
  field
  retryAt
}
fragment LockExpired on LockExpired {
  expiredAt
}
fragment LockNotActive on LockNotActive {
  status
}
fragment LockAlreadyUsed on LockAlreadyUsed {
  booking {
    ...Booking
  }
}
fragment Changed on ChangeLockSuccess {
  lock {
    ...SeatLock
  }
  together
  replayed
}`),ur=new F(`
    mutation ExtendLock($input: ExtendLockInput!) {
  extendLock(input: $input) {
    __typename
    ...Extended
    ...Refusal
    ...InvalidInput
    ...LimitExceeded
    ...LockExpired
    ...LockNotActive
    ...LockAlreadyUsed
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
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
fragment LimitExceeded on LimitExceeded {
  limit
  field
  retryAt
}
fragment LockExpired on LockExpired {
  expiredAt
}
fragment LockNotActive on LockNotActive {
  status
}
fragment LockAlreadyUsed on LockAlreadyUsed {
  booking {
    ...Booking
  }
}
fragment Extended on ExtendLockSuccess {
  lock {
    ...SeatLock
  }
}`),cr=new F(`
    mutation ReleaseLock($input: ReleaseLockInput!) {
  releaseLock(input: $input) {
    __typename
    ...Released
    ...Refusal
    ...InvalidInput
    ...LockAlreadyUsed
    ...LockExpired
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
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
fragment LockExpired on LockExpired {
  expiredAt
}
fragment LockAlreadyUsed on LockAlreadyUsed {
  booking {
    ...Booking
  }
}
fragment Released on ReleaseLockSuccess {
  lock {
    ...SeatLock
  }
  replayed
}`),lr=new F(`
    mutation ConfirmBooking($input: ConfirmBookingInput!) {
  confirmBooking(input: $input) {
    __typename
    ...Confirmed
    ...Refusal
    ...InvalidInput
    ...LockExpired
    ...LockNotActive
    ...LockAlreadyUsed
    ...EventCancelled
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
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
fragment EventCancelled on EventCancelled {
  cancelledAt
}
fragment LockExpired on LockExpired {
  expiredAt
}
fragment LockNotActive on LockNotActive {
  status
}
fragment LockAlreadyUsed on LockAlreadyUsed {
  booking {
    ...Booking
  }
}
fragment Confirmed on ConfirmBookingSuccess {
  booking {
    ...Booking
  }
  replayed
}`),dr=new F(`
    mutation PayBooking($input: PayBookingInput!) {
  payBooking(input: $input) {
    __typename
    ...Paid
    ...BankAsks
    ...Refusal
    ...InvalidInput
    ...BookingExpired
    ...BookingNotPayable
    ...AmountMismatch
    ...PaymentFailed
    ...PaymentTimedOut
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
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
fragment BookingExpired on BookingExpired {
  booking {
    ...Booking
  }
}
fragment BookingNotPayable on BookingNotPayable {
  booking {
    ...Booking
  }
}
fragment AmountMismatch on AmountMismatch {
  expected {
    ...Money
  }
}
fragment PaymentFailed on PaymentFailed {
  failureReason: reason
  retryable
  attemptsLeft
  booking {
    ...Booking
  }
  refund {
    ...Refund
  }
}
fragment PaymentTimedOut on PaymentTimedOut {
  booking {
    ...Booking
  }
}
fragment Paid on PayBookingSuccess {
  booking {
    ...Booking
  }
  replayed
}
fragment BankAsks on PaymentActionRequired {
  booking {
    ...Booking
  }
  clientSecret
  redirectUrl
  expiresAt
  message
}`),gr=new F(`
    mutation CancelBooking($input: CancelBookingInput!) {
  cancelBooking(input: $input) {
    __typename
    ...Cancelled
    ...Refusal
    ...InvalidInput
    ...BookingExpired
    ...BookingNotCancellable
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
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
fragment BookingExpired on BookingExpired {
  booking {
    ...Booking
  }
}
fragment BookingNotCancellable on BookingNotCancellable {
  booking {
    ...Booking
  }
}
fragment Cancelled on CancelBookingSuccess {
  booking {
    ...Booking
  }
  refund {
    ...Refund
  }
  replayed
}`),mr=new F(`
    query ReadLock($id: ID!) {
  seatLock(id: $id) {
    ...SeatLock
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}`);var pr=new F(`
    query MyLocks($event: ID, $status: SeatLockStatus, $first: Int, $after: String) {
  viewer {
    seatLocks(eventId: $event, status: $status, first: $first, after: $after) {
      nodes {
        ...SeatLock
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment SeatLock on SeatLock {
  id
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  expiresAt
  extendableUntil
  event {
    id
  }
  booking {
    id
    status
    attemptsLeft
  }
}`),fr=new F(`
    query MyBookings($status: BookingStatus, $first: Int, $after: String) {
  viewer {
    bookings(status: $status, first: $first, after: $after) {
      nodes {
        ...Booking
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`),yr=new F(`
    subscription WatchBooking($booking: ID!) {
  bookingStatus(bookingId: $booking) {
    ...Booking
  }
}
    fragment Money on Money {
  amount
  currencyCode
}
fragment LineItem on LineItem {
  section
  quantity
  seats
  price {
    ...Money
  }
}
fragment Booking on Booking {
  id
  reference
  quantity
  seats
  items {
    ...LineItem
  }
  total {
    ...Money
  }
  status
  paymentExpiresAt
  attemptsLeft
  cancellation {
    refundable {
      ...Money
    }
    percentage
    until
  }
  event {
    id
    name
    venue
    startsAt
    timeZone
    cancelledAt
    cancellationReason
  }
  lock {
    id
  }
  refunds {
    ...Refund
  }
}
fragment Refund on Refund {
  id
  original {
    ...Money
  }
  amount {
    ...Money
  }
  kept {
    ...Money
  }
  percentage
  status
}`);var me=class{#e=300;next(e=0){let n=e+this.#e*(1+Math.random())/2;return this.#e=Math.min(2*this.#e,15e3),n}};function Fe(t,e){return new Promise(n=>{let r=()=>{clearTimeout(o),e?.removeEventListener("abort",r),n()},o=setTimeout(r,t);e?.addEventListener("abort",r),e?.aborted&&r()})}var Go=.9,Zo="seatlock session",St=class{#e;#r;#o=null;#i;#n;#s;constructor(e,n,r,o){this.#i=e,this.#n=n,this.#s=o,this.#e=r,this.#r=r?hr(r):1/0}get tokens(){return this.#e}async begin({accessToken:e,expiresAt:n,refreshToken:r}){let o={accessToken:e,expiresAt:n,refreshToken:r},s=this.#n?.(o);this.adopt(o),await s}adopt(e){if(this.#e=e,!e)return;let n=hr(e);this.#r=n>performance.now()?n:1/0}async end(){let e=this.#n?.(null);this.adopt(null),await e}async token(e=""){let n=this.#e;return n&&(n.accessToken===e||performance.now()>=this.#r)&&(this.#o??=this.#u(n).finally(()=>this.#o=null),await this.#o),this.#e?.accessToken??""}async#u(e){let n=this.#s,r=globalThis.navigator?.locks;if(!n||!r)return this.#t(e);await r.request(Zo,async()=>{let o=await n();if(o?.refreshToken===e.refreshToken)return this.#t(e);if(this.#e===e&&(this.adopt(o),!o))throw new H("You have signed out in another tab.")})}async#t(e){let n;try{n=await this.#i(e.refreshToken)}catch(r){throw r instanceof re?(this.#e===e&&await this.end(),new H(r.message)):r}this.#e===e&&await this.begin(n)}};function hr({expiresAt:t}){return performance.now()+Go*(Date.parse(t)-Date.now())}var jo=15e3,Ko=25e3,Qo=["UNAVAILABLE","RATE_LIMITED","TOO_MANY_CONNECTIONS","REQUEST_TIMEOUT"],Yo=[408,429,502,503,504];function an(t){let e=async r=>Y(n,nr,{input:{refreshToken:r}},{signedIn:!1,patience:Ko}),n={options:t,session:new St(e,t.onTokens,t.tokens??null,t.stored)};return n}function Oe(){return crypto.randomUUID()}async function Y(t,e,n,r){let[o]=Object.values(await xe(t,e,n,r));if("code"in o)throw new re(o);return o}async function xe(t,e,n,{signedIn:r=!0,patience:o=t.options.patience??6e4,attempts:s={lost:!1}}={}){let i=performance.now()+o,[a,c]=[new me,JSON.stringify({query:e.toString(),variables:n})];for(let d="";;){let l=r?await t.session.token(d):"",[m,p]=await zo(t.options.url,c,l),g=At(m);if(!g)return m.data;if(s.lost||=g.code==="UNAVAILABLE",g.code==="UNAUTHENTICATED"&&l&&!d){d=l;continue}let f=a.next(cn(g)*1e3||p);if(!un(g)||performance.now()+f>i)throw g;await Fe(f)}}async function zo(t,e,n){let r={Accept:"application/graphql-response+json, application/json","Content-Type":"application/json",...n&&{Authorization:`Bearer ${n}`}},[o,s,i]=["UNAVAILABLE","",0];try{let a=await fetch(t,{method:"POST",headers:r,body:e,signal:AbortSignal.timeout(jo)}),{status:c}=a;i=1e3*(Number(a.headers.get("Retry-After"))||0),s=`HTTP ${c}`,c>=400&&c<500&&!Yo.includes(c)&&(o=`HTTP_${c}`);let d=await a.json();if(d&&typeof d=="object"&&("data"in d||"errors"in d))return[d,i]}catch(a){s||=String(a)}return[{errors:[{message:s,extensions:{code:o}}]},i]}function At({errors:t}){let[e]=t??[];return e&&new V(String(e.extensions?.code??"UNKNOWN"),e.message,e.extensions)}function un({code:t}){return Qo.includes(t)}function cn({extensions:t}){return Number(t.retryAfterSeconds)||0}async function kr(t,e={}){return ln((await xe(t,or,e)).events)}async function br(t,e,{map:n=!0}={}){return(await xe(t,sr,{id:e,map:n})).event}async function _r(t,e){return(await xe(t,mr,{id:e})).seatLock}async function vr(t,e={}){return ln((await xe(t,pr,e)).viewer).seatLocks}async function Cr(t,e={}){return ln((await xe(t,fr,e)).viewer).bookings}function ln(t){if(t===null)throw new V("UNAUTHENTICATED","Sign in first.");return t}async function Sr(t,e){let{eventId:n,seats:r,accessCode:o,key:s=Oe()}=e,i={eventId:n,selection:Xo(r),accessCode:o,idempotencyKey:s};return Y(t,ir,{input:i})}function Xo(t){return typeof t=="number"?{quantity:{count:t}}:Jo(t)?{seats:[...t]}:t}function Jo(t){return Array.isArray(t)}async function Ar(t,e){let n={lost:!1};try{return(await Y(t,ur,{input:{lockId:e}},{attempts:n})).lock}catch(r){let o=n.lost&&Pe(r,"LimitExceeded")?await _r(t,e):null;if(!o)throw r;return o}}async function xr(t,e){return(await Y(t,cr,{input:{lockId:e}})).lock}async function wr(t,e){return(await Y(t,lr,{input:{lockId:e}})).booking}async function Er(t,e){let{key:n=Oe(),...r}=e;for(let o=new me;;)try{return await Y(t,dr,{input:{...r,idempotencyKey:n}})}catch(s){if(Pe(s,"PaymentTimedOut")?.booking.status!=="PAYMENT_PENDING")throw s;await Fe(o.next())}}async function Lr(t,e,n){return Y(t,gr,{input:{bookingId:e,reason:n}})}function z(t){return t===null?"null":Array.isArray(t)?"array":typeof t}function _e(t){return z(t)==="object"}function es(t){return Array.isArray(t)&&t.length>0&&t.every(e=>"message"in e)}function dn(t,e){return t.length<124?t:e}var Rr="graphql-transport-ws";var J=(t=>(t[t.InternalServerError=4500]="InternalServerError",t[t.InternalClientError=4005]="InternalClientError",t[t.BadRequest=4400]="BadRequest",t[t.BadResponse=4004]="BadResponse",t[t.Unauthorized=4401]="Unauthorized",t[t.Forbidden=4403]="Forbidden",t[t.SubprotocolNotAcceptable=4406]="SubprotocolNotAcceptable",t[t.ConnectionInitialisationTimeout=4408]="ConnectionInitialisationTimeout",t[t.ConnectionAcknowledgementTimeout=4504]="ConnectionAcknowledgementTimeout",t[t.SubscriberAlreadyExists=4409]="SubscriberAlreadyExists",t[t.TooManyInitialisationRequests=4429]="TooManyInitialisationRequests",t))(J||{}),ee=(t=>(t.ConnectionInit="connection_init",t.ConnectionAck="connection_ack",t.Ping="ping",t.Pong="pong",t.Subscribe="subscribe",t.Next="next",t.Error="error",t.Complete="complete",t))(ee||{});function Ir(t){if(!_e(t))throw new Error(`Message is expected to be an object, but got ${z(t)}`);if(!t.type)throw new Error("Message is missing the 'type' property");if(typeof t.type!="string")throw new Error(`Message is expects the 'type' property to be a string, but got ${z(t.type)}`);switch(t.type){case"connection_init":case"connection_ack":case"ping":case"pong":{if(t.payload!=null&&!_e(t.payload))throw new Error(`"${t.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${t.payload}"`);break}case"subscribe":{if(typeof t.id!="string")throw new Error(`"${t.type}" message expects the 'id' property to be a string, but got ${z(t.id)}`);if(!t.id)throw new Error(`"${t.type}" message requires a non-empty 'id' property`);if(!_e(t.payload))throw new Error(`"${t.type}" message expects the 'payload' property to be an object, but got ${z(t.payload)}`);if(typeof t.payload.query!="string")throw new Error(`"${t.type}" message payload expects the 'query' property to be a string, but got ${z(t.payload.query)}`);if(t.payload.variables!=null&&!_e(t.payload.variables))throw new Error(`"${t.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${z(t.payload.variables)}`);if(t.payload.operationName!=null&&z(t.payload.operationName)!=="string")throw new Error(`"${t.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${z(t.payload.operationName)}`);if(t.payload.extensions!=null&&!_e(t.payload.extensions))throw new Error(`"${t.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${z(t.payload.extensions)}`);break}case"next":{if(typeof t.id!="string")throw new Error(`"${t.type}" message expects the 'id' property to be a string, but got ${z(t.id)}`);if(!t.id)throw new Error(`"${t.type}" message requires a non-empty 'id' property`);if(!_e(t.payload))throw new Error(`"${t.type}" message expects the 'payload' property to be an object, but got ${z(t.payload)}`);break}case"error":{if(typeof t.id!="string")throw new Error(`"${t.type}" message expects the 'id' property to be a string, but got ${z(t.id)}`);if(!t.id)throw new Error(`"${t.type}" message requires a non-empty 'id' property`);if(!es(t.payload))throw new Error(`"${t.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(t.payload)}`);break}case"complete":{if(typeof t.id!="string")throw new Error(`"${t.type}" message expects the 'id' property to be a string, but got ${z(t.id)}`);if(!t.id)throw new Error(`"${t.type}" message requires a non-empty 'id' property`);break}default:throw new Error(`Invalid message 'type' property "${t.type}"`)}return t}function Mr(t,e){return Ir(typeof t=="string"?JSON.parse(t,e):t)}function qe(t,e){return Ir(t),JSON.stringify(t,e)}function mn(t){let{url:e,connectionParams:n,lazy:r=!0,onNonLazyError:o=console.error,lazyCloseTimeout:s=0,keepAlive:i=0,disablePong:a,connectionAckWaitTimeout:c=0,retryAttempts:d=5,retryWait:l=async function(I){let _=Math.pow(2,I);await new Promise(x=>setTimeout(x,_*1e3+Math.floor(Math.random()*2700+300)))},shouldRetry:m=gn,on:p,webSocketImpl:g,generateID:f=function(){return"xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g,I=>{let _=Math.random()*16|0;return(I=="x"?_:_&3|8).toString(16)})},jsonMessageReplacer:y,jsonMessageReviver:k}=t,b;if(g){if(!ns(g))throw new Error("Invalid WebSocket implementation provided");b=g}else typeof WebSocket<"u"?b=WebSocket:typeof global<"u"?b=global.WebSocket||global.MozWebSocket:typeof window<"u"&&(b=window.WebSocket||window.MozWebSocket);if(!b)throw new Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");let h=b,v=(()=>{let C=(()=>{let _={};return{on(x,D){return _[x]=D,()=>{delete _[x]}},emit(x){"id"in x&&_[x.id]?.(x)}}})(),I={connecting:p?.connecting?[p.connecting]:[],opened:p?.opened?[p.opened]:[],connected:p?.connected?[p.connected]:[],ping:p?.ping?[p.ping]:[],pong:p?.pong?[p.pong]:[],message:p?.message?[C.emit,p.message]:[C.emit],closed:p?.closed?[p.closed]:[],error:p?.error?[p.error]:[]};return{onMessage:C.on,on(_,x){let D=I[_];return D.push(x),()=>{let B=D.indexOf(x);B>-1&&D.splice(B,1)}},emit(_,...x){for(let D of[...I[_]])D(...x)}}})();function L(C){let I=[v.on("error",_=>{I.forEach(x=>x()),C(_)}),v.on("closed",_=>{I.forEach(x=>x()),C(_)})];return()=>I.forEach(_=>_())}let se,ae=0,ye,X=!1,Ce=0,ie=!1;async function ue(){clearTimeout(ye);let[C,I]=await(se??(se=new Promise((D,B)=>(async()=>{if(X){if(await l(Ce),!ae)return se=void 0,B({code:1e3,reason:"All Subscriptions Gone"});Ce++}v.emit("connecting",X);let A=new h(typeof e=="function"?await e():e,Rr),de,Ie;function pt(){isFinite(i)&&i>0&&(clearTimeout(Ie),Ie=setTimeout(()=>{A.readyState===h.OPEN&&(A.send(qe({type:ee.Ping})),v.emit("ping",!1,void 0))},i))}L(Z=>{se=void 0,clearTimeout(de),clearTimeout(Ie),B(Z),Z instanceof Je&&(A.close(4499,"Terminated"),A.onerror=null,A.onclose=null)}),A.onerror=Z=>v.emit("error",Z),A.onclose=Z=>v.emit("closed",Z),A.onopen=async()=>{try{v.emit("opened",A);let Z=typeof n=="function"?await n():n;if(A.readyState!==h.OPEN)return;A.send(qe(Z?{type:ee.ConnectionInit,payload:Z}:{type:ee.ConnectionInit},y)),isFinite(c)&&c>0&&(de=setTimeout(()=>{A.close(J.ConnectionAcknowledgementTimeout,"Connection acknowledgement timeout")},c)),pt()}catch(Z){v.emit("error",Z),A.close(J.InternalClientError,dn(Z instanceof Error?Z.message:String(Z),"Internal client error"))}};let Me=!1;A.onmessage=({data:Z})=>{try{let U=Mr(Z,k);if(v.emit("message",U),U.type==="ping"||U.type==="pong"){v.emit(U.type,!0,U.payload),U.type==="pong"?pt():a||(A.send(qe(U.payload?{type:ee.Pong,payload:U.payload}:{type:ee.Pong},y)),v.emit("pong",!1,U.payload));return}if(Me)return;if(U.type!==ee.ConnectionAck)throw new Error(`First message cannot be of type ${U.type}`);clearTimeout(de),Me=!0,v.emit("connected",A,U.payload,X),X=!1,Ce=0;let Rn=new Promise((zs,To)=>L(To));Rn.catch(()=>{}),D([A,Rn])}catch(U){A.onmessage=null,v.emit("error",U),A.close(J.BadResponse,dn(U instanceof Error?U.message:String(U),"Bad response"))}}})())));C.readyState===h.CLOSING&&await I;let _=()=>{},x=new Promise(D=>_=D);return[C,_,new Promise((D,B)=>{let A=L(B);C.readyState!==h.OPEN&&I.catch(B),x.then(()=>{if(A(),!ae){let de=()=>C.close(1e3,"Normal Closure");isFinite(s)&&s>0?(clearTimeout(ye),ye=setTimeout(()=>{!ae&&C.readyState===h.OPEN&&de()},s)):de()}D()})})]}function ne(C){if(gn(C)&&(ts(C.code)||[J.InternalServerError,J.InternalClientError,J.BadRequest,J.BadResponse,J.Unauthorized,J.SubprotocolNotAcceptable,J.SubscriberAlreadyExists,J.TooManyInitialisationRequests].includes(C.code)))throw C;if(ie)return!1;if(gn(C)&&C.code===1e3)return ae>0;if(!d||Ce>=d||!m(C))throw C;return X=!0}r||(async()=>{for(ae++;;)try{let[,,C]=await ue();await C}catch(C){try{if(!ne(C))return}catch(I){return o?.(I)}}})();function Q(C,I){let _=f(C),x=!1,D=!1,B=()=>{ae--,x=!0};return(async()=>{for(ae++;;)try{let[A,de,Ie]=await ue();if(x)return Ie.catch(()=>{}),de();let pt=v.onMessage(_,Me=>{switch(Me.type){case ee.Next:{I.next(Me.payload);return}case ee.Error:{D=!0,x=!0,I.error(Me.payload),B();return}case ee.Complete:{x=!0,B();return}}});A.send(qe({id:_,type:ee.Subscribe,payload:C},y)),B=()=>{!x&&A.readyState===h.OPEN&&A.send(qe({id:_,type:ee.Complete},y)),ae--,x=!0,de()},await Ie.finally(pt);return}catch(A){if(!ne(A))return}})().then(()=>{D||I.complete()}).catch(A=>{I.error(A)}),()=>{x||B()}}return{on:v.on,subscribe:Q,iterate(C){let I=[],_={done:!1,error:null,resolve:()=>{}},x=Q(C,{next(B){I.push(B),_.resolve()},error(B){_.done=!0,_.error=B,_.resolve()},complete(){_.done=!0,_.resolve()}}),D=(async function*(){for(;;){for(I.length||await new Promise(A=>_.resolve=A);I.length;)yield I.shift();if(_.error)throw _.error;if(_.done)return}})();return D.throw=async B=>(_.done||(_.done=!0,_.error=B,_.resolve()),{done:!0,value:void 0}),D.return=async()=>(x(),{done:!0,value:void 0}),D},async dispose(){if(ie=!0,se){let[C]=await se;C.close(1e3,"Normal Closure")}},terminate(){se&&v.emit("closed",new Je)}}}var Je=class extends Error{name="TerminatedCloseEvent";message="4499: Terminated";code=4499;reason="Terminated";wasClean=!1};function gn(t){return _e(t)&&"code"in t&&"reason"in t}function ts(t){return[1e3,1001,1006,1005,1012,1013,1014].includes(t)?!1:t>=1e3&&t<=1999}function ns(t){return typeof t=="function"&&"constructor"in t&&"CLOSED"in t&&"CLOSING"in t&&"CONNECTING"in t&&"OPEN"in t}var rs=3e4,os=15e3,Tr=4403,ss=1009;function Br({url:t,token:e,silence:n=rs,...r}){let[o,s,i,a]=["","",!0,!1],c,d=mn({url:t.replace(/^http/,"ws"),connectionParams:async()=>{if(o=await e(s),s&&o===s)throw new Error("The access token is not valid; sign in again.");return o?{Authorization:`Bearer ${o}`}:{}},retryAttempts:1/0,retryWait:g=>{let f=Math.min(500*2**g,os);return new Promise(y=>setTimeout(y,f*(.5+Math.random()/2)))},shouldRetry:g=>{let f=Dr(g);return f===void 0?!(g instanceof Error):f===Tr?i:f!==ss},...r}),l=()=>{clearTimeout(c),c=setTimeout(()=>d.terminate(),n)};d.on("connecting",l),d.on("connected",()=>[s,a]=["",!1]),d.on("closed",g=>{clearTimeout(c),Dr(g)===Tr&&(i=o!==""&&!s,s=o)}),d.on("error",()=>clearTimeout(c)),d.on("message",g=>{l(),g.type==="error"&&Nr(g.payload)&&m()});let m=()=>{a||(a=!0,s=o,d.terminate())};return{...d,subscribe:(g,f)=>{let y=!1,k=()=>d.subscribe(g,{complete:()=>f.complete(),next:h=>{y=!1,f.next(h)},error:h=>{if(y||!Nr(h))return f.error(h);y=!0,m(),b=k()}}),b=k();return()=>b()}}}var Nr=t=>Array.isArray(t)&&t.some(({extensions:e})=>e?.code==="UNAUTHENTICATED"),Dr=t=>t.code;function pn(t){let[e]=Array.isArray(t)?t:[t],{message:n,reason:r,code:o}=e??{};return n||r||(o?`The connection was closed with ${o}.`:"The server cannot be reached.")}async function*xt(t,{eventId:e,rows:n=!0,labels:r=!1,whole:o=!1,signal:s}){let i=Fr(t,ar,{event:e,rows:n,labels:r,whole:o},s);for await(let{seatAvailability:a}of i)yield a}async function*Pr(t,{bookingId:e,signal:n}){for await(let{bookingStatus:r}of Fr(t,yr,{booking:e},n))yield r}async function*Fr(t,e,n,r){let o={query:e.toString(),variables:{...n}},[s,i]=[new me,!1];for(;!r?.aborted;){let a=0,c=as(t).iterate(o),d=()=>{c.return?.()};r?.addEventListener("abort",d);try{for await(let l of c){let m=At(l);if(m)throw m;yield l.data,[s,i]=[new me,!1]}}catch(l){let m=Array.isArray(l)?At({errors:l}):l;if(m instanceof H)throw m;if(!(m instanceof V))throw new Xe(pn(m));if(!(m.code==="UNAUTHENTICATED"&&t.session.tokens&&!i)&&!un(m)&&m.code!=="INTERNAL")throw m;[i,a]=[m.code==="UNAUTHENTICATED",1e3*cn(m)],t.options.onLost?.(m.message)}finally{r?.removeEventListener("abort",d)}await Fe(s.next(a),r)}}function as(t){let{url:e,silence:n,webSocketImpl:r,onLost:o}=t.options;return t.socket??=Br({url:e,token:s=>t.session.token(s),...n&&{silence:n},...r?{webSocketImpl:r}:{},on:{closed:s=>s.code===1e3||o?.(pn(s))}})}async function Or(t,e){let n={lost:!1};try{let r=await Y(t,er,{input:e},{signedIn:!1,attempts:n});return await t.session.begin(r),r.user}catch(r){if(!(r instanceof re&&r.code==="EMAIL_TAKEN"&&n.lost))throw r;return fn(t,e)}}async function fn(t,{email:e,password:n}){let r=await Y(t,tr,{input:{email:e,password:n}},{signedIn:!1});return await t.session.begin(r),r.user}async function qr(t,{everywhere:e=!1}={}){let{tokens:n}=t.session;if(!n)return 0;let r={refreshToken:n.refreshToken,everywhere:e},{sessionsEnded:o}=await Y(t,rr,{input:r},{signedIn:!1});return t.session.tokens===n&&await t.session.end(),o}var is=Symbol.for("preact-signals");function Rt(){if(pe>1)pe--;else{var t,e=!1;for((function(){var o=Et;for(Et=void 0;o!==void 0;){var s=o.S;if(s.v===o.v)for(var i=s.t;i!==void 0;i=i.x)i.i===o.i&&(i.i=s.i);o=o.o}})();tt!==void 0;){var n=tt;for(tt=void 0,wt++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&Ur(n))try{n.c()}catch(o){e||(t=o,e=!0)}n=r}}if(wt=0,pe--,e)throw t}}function we(t){if(pe>0)return t();yn=++us,pe++;try{return t()}finally{Rt()}}var et,T=void 0;function nt(t){var e=T,n=et;T=void 0,et=void 0;try{return t()}finally{T=e,et=n}}var tt=void 0,pe=0,wt=0,us=0,yn=0,Et=void 0,Lt=0;function $r(t){if(T!==void 0){var e=t.n;if(e===void 0||e.t!==T)return e={i:0,S:t,p:T.s,n:void 0,t:T,e:void 0,x:void 0,r:e},T.s!==void 0&&(T.s.n=e),T.s=e,t.n=e,32&T.f&&t.S(e),e;if(e.i===-1)return e.i=0,e.n!==void 0&&(e.n.p=e.p,e.p!==void 0&&(e.p.n=e.n),e.p=T.s,e.n=void 0,T.s.n=e,T.s=e),e}}function O(t,e){this.v=t,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=e?.watched,this.Z=e?.unwatched,this.name=e?.name}O.prototype.brand=is;O.prototype.h=function(){return!0};O.prototype.S=function(t){var e=this,n=this.t;n!==t&&t.e===void 0&&(t.x=n,this.t=t,n!==void 0?n.e=t:nt(function(){var r;(r=e.W)==null||r.call(e)}))};O.prototype.U=function(t){var e=this;if(this.t!==void 0){var n=t.e,r=t.x;n!==void 0&&(n.x=r,t.e=void 0),r!==void 0&&(r.e=n,t.x=void 0),t===this.t&&(this.t=r,r===void 0&&nt(function(){var o;(o=e.Z)==null||o.call(e)}))}};O.prototype.subscribe=function(t){var e=this;return ce(function(){var n=e.value;nt(function(){return t(n)})},{name:"sub"})};O.prototype.valueOf=function(){return this.value};O.prototype.toString=function(){return this.value+""};O.prototype.toJSON=function(){return this.value};O.prototype.peek=function(){var t=this;return nt(function(){return t.value})};Object.defineProperty(O.prototype,"value",{get:function(){var t=$r(this);return t!==void 0&&(t.i=this.i),this.v},set:function(t){if(t!==this.v){if(wt>100)throw new Error("Cycle detected");(function(n){pe!==0&&wt===0&&n.l!==yn&&(n.l=yn,Et={S:n,v:n.v,i:n.i,o:Et})})(this),this.v=t,this.i++,Lt++,pe++;try{for(var e=this.t;e!==void 0;e=e.x)e.t.N()}finally{Rt()}}}});function R(t,e){return new O(t,e)}function Ur(t){for(var e=t.s;e!==void 0;e=e.n)if(e.S.i!==e.i||!e.S.h()||e.S.i!==e.i)return!0;return!1}function Vr(t){for(var e=t.s;e!==void 0;e=e.n){var n=e.S.n;if(n!==void 0&&(e.r=n),e.S.n=e,e.i=-1,e.n===void 0){t.s=e;break}}}function Hr(t){for(var e=t.s,n=void 0;e!==void 0;){var r=e.p;e.i===-1?(e.S.U(e),r!==void 0&&(r.n=e.n),e.n!==void 0&&(e.n.p=r)):n=e,e.S.n=e.r,e.r!==void 0&&(e.r=void 0),e=r}t.s=n}function Ee(t,e){O.call(this,void 0,e),this.x=t,this.s=void 0,this.g=Lt-1,this.f=4}Ee.prototype=new O;Ee.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Lt))return!0;if(this.g=Lt,this.f|=1,this.i>0&&!Ur(this))return this.f&=-2,!0;var t=T;try{Vr(this),T=this;var e=this.x();(16&this.f||this.v!==e||this.i===0)&&(this.v=e,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return T=t,Hr(this),this.f&=-2,!0};Ee.prototype.S=function(t){if(this.t===void 0){this.f|=36;for(var e=this.s;e!==void 0;e=e.n)e.S.S(e)}O.prototype.S.call(this,t)};Ee.prototype.U=function(t){if(this.t!==void 0&&(O.prototype.U.call(this,t),this.t===void 0)){this.f&=-33;for(var e=this.s;e!==void 0;e=e.n)e.S.U(e)}};Ee.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var t=this.t;t!==void 0;t=t.x)t.t.N()}};Object.defineProperty(Ee.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var t=$r(this);if(this.h(),t!==void 0&&(t.i=this.i),16&this.f)throw this.v;return this.v}});function It(t,e){return new Ee(t,e)}function Wr(t){var e=t.j;if(t.j=void 0,typeof e=="function"){pe++;var n=T;T=void 0;try{e()}catch(r){throw t.f&=-2,t.f|=8,hn(t),r}finally{T=n,Rt()}}}function hn(t){for(var e=t.s;e!==void 0;e=e.n)e.S.U(e);t.x=void 0,t.s=void 0,Wr(t)}function cs(t){if(T!==this)throw new Error("Out-of-order effect");Hr(this),T=t,this.f&=-2;try{8&this.f&&hn(this)}finally{Rt()}}function $e(t,e){this.x=t,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=e?.name,et&&et.push(this)}$e.prototype.c=function(){var t=this.S();try{if(8&this.f||this.x===void 0)return;var e=this.x();typeof e=="function"&&(this.j=e)}finally{t()}};$e.prototype.S=function(){if(1&this.f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,Wr(this),Vr(this),pe++;var t=T;return T=this,cs.bind(this,t)};$e.prototype.N=function(){2&this.f||(this.f|=2,this.u=tt,tt=this)};$e.prototype.d=function(){this.f|=8,1&this.f||hn(this)};$e.prototype.dispose=function(){this.d()};function ce(t,e){var n=new $e(t,e);try{n.c()}catch(o){throw n.d(),o}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var Gr,Tt,Mt,ls=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var Zr=[];ce(function(){Gr=this.N})();function Ue(t,e){S[t]=e.bind(null,S[t]||function(){})}function rt(t){if(Mt){var e=Mt;Mt=void 0,e()}Mt=t&&t.S()}function jr(t){var e=this,n=t.data,r=gs(n);r.name="ReactiveDom",r.value=n;var o=Be(function(){for(var a=e,c=e.__v;c=c.__;)if(c.__c){c.__c.__$f|=4;break}var d=It(function(){var g=r.value.value;return g===0?0:g===!0?"":g||""}),l=It(function(){return!Array.isArray(d.value)&&!jt(d.value)}),m=ce(function(){if(this.N=Kr,l.value){var g=d.value;a.__v&&a.__v.__e&&a.__v.__e.nodeType===3&&(a.__v.__e.data=g)}}),p=e.__$u.d;return e.__$u.d=function(){m(),p.call(this)},[l,d]},[]),s=o[0],i=o[1];return s.value?i.peek():i.value}jr.displayName="ReactiveTextNode";Object.defineProperties(O.prototype,{constructor:{configurable:!0,value:Bn(E,null).constructor},type:{configurable:!0,value:jr},props:{configurable:!0,get:function(){var t=this;return{data:{get value(){return t.value}}}}},__b:{configurable:!0,value:1}});Ue("__b",function(t,e){if(rt(),Tt=void 0,typeof e.type=="string"){var n,r=e.props;for(var o in r)if(o!=="children"){var s=r[o];s instanceof O&&(n||(e.__np=n={}),n[o]=s,r[o]=s.peek())}}t(e)});Ue("__r",function(t,e){if(t(e),e.type!==E){rt();var n,r=e.__c;r&&(r.__$f&=-2,(n=r.__$u)===void 0&&(r.__$u=n=(function(o,s){var i;return ce(function(){i=this},{name:s}),i.c=o,i})((function(o){return function(){var s;ls&&((s=this.y)==null||s.call(this)),o.__$f|=1,o.setState({})}})(r),typeof e.type=="function"?e.type.displayName||e.type.name:""))),Tt=r,rt(n)}});Ue("__e",function(t,e,n,r){rt(),Tt=void 0,t(e,n,r)});Ue("diffed",function(t,e){rt(),Tt=void 0;var n;if(typeof e.type=="string"&&(n=e.__e)){var r=e.__np,o=e.props,s=n.U;if(s)for(var i in s){var a=s[i];a===void 0||r&&i in r||(a.d(),s[i]=void 0)}if(r){s||(s={},n.U=s);for(var c in r){var d=s[c],l=r[c];d===void 0?(d=ds(n,c,l,o),s[c]=d):d.o(l,o)}}}t(e)});function ds(t,e,n,r){var o=e in t&&t.ownerSVGElement===void 0,s=R(n);return{o:function(i,a){s.value=i,r=a},d:ce(function(){this.N=Kr;var i=s.value.value;r[e]!==i&&(r[e]=i,o?t[e]=i:i!=null&&(i!==!1||e[4]==="-")?t.setAttribute(e,i):t.removeAttribute(e))})}}Ue("unmount",function(t,e){if(typeof e.type=="string"){var n=e.__e;if(n){var r=n.U;if(r){n.U=void 0;for(var o in r){var s=r[o];s&&s.d()}}}var i=e.__np;if(i){var a=e.props;for(var c in i)a[c]=i[c]}e.__np=void 0}else{var d=e.__c;if(d){d.__$f|=8;var l=d.__$u;l&&(d.__$u=void 0,l.d())}}t(e)});Ue("__h",function(t,e,n,r){r<3&&(e.__$f|=2),t(e,n,r)});Ne.prototype.shouldComponentUpdate=function(t,e){if(this.__R)return!0;var n=this.__$u,r=n&&n.s!==void 0;for(var o in e)return!0;if(this.__f||typeof this.u=="boolean"&&this.u===!0){var s=2&this.__$f;if(!(r||s||4&this.__$f)||1&this.__$f)return!0}else if(!(r||4&this.__$f)||3&this.__$f)return!0;for(var i in t)if(i!=="__source"&&t[i]!==this.props[i])return!0;for(var a in this.props)if(!(a in t))return!0;return!1};function gs(t,e){return Be(function(){return R(t,e)},[])}var ms=function(t){queueMicrotask(function(){queueMicrotask(t)})};function ps(){we(function(){for(var t;t=Zr.shift();)Gr.call(t)})}function Kr(){Zr.push(this)===1&&(S.requestAnimationFrame||ms)(ps)}var Ve=1/0,W=R(Date.now());function ot(t){let e=Ve===1/0;Ve=Math.min(Ve,Date.now()-Date.parse(t)),e&&kn()}function kn(){W.value=Date.now()-(Number.isFinite(Ve)?Ve:0)}async function Qr(){try{let{headers:t}=await fetch(location.pathname,{method:"HEAD",cache:"no-store"}),e=t.get("Date");if(!e)return;Ve=1/0,ot(e)}catch{}}var Yr=Qr();setInterval(kn,1e3);document.addEventListener("visibilitychange",()=>{kn(),document.visibilityState==="visible"&&Qr()});var bn=null;document.addEventListener("focusin",({target:t})=>bn=t);function _n(t){bn&&!bn.isConnected&&document.activeElement===document.body&&t?.focus()}function Nt(t){let e=j(null);return be(()=>_n(e.current),[t]),e}var vn=navigator.language,Le=[vn,vn.split(/[@.]/)[0]].find(fs)??"en";Le!==vn&&Object.defineProperty(navigator,"language",{value:Le});function fs(t){try{return Intl.getCanonicalLocales(t).length>0}catch{return!1}}var zr=Intl.DateTimeFormat().resolvedOptions().timeZone;function G({amount:t,currencyCode:e}){let n=t;return new Intl.NumberFormat(Le,{style:"currency",currency:e}).format(n)}function Xr(t){let[e]=t;if(!e)return null;let n=Math.max(...t.map(({money:{amount:a}})=>(a.split(".")[1]??"").length)),r=a=>{let[c,d=""]=a.split(".");return BigInt(c+d.padEnd(n,"0"))},s=t.reduce((a,{money:{amount:c},count:d})=>a+r(c)*BigInt(d),0n).toString().padStart(n+1,"0");return{amount:n?`${s.slice(0,-n)}.${s.slice(-n)}`:s,currencyCode:e.money.currencyCode}}var Cn={weekday:"short",day:"numeric",month:"short"},Jr={hour:"2-digit",minute:"2-digit"},Sn={...Jr,timeZoneName:"short"};function fe(t,e){let n=new Date(t),r=(l,m)=>new Intl.DateTimeFormat(Le,{...m,timeZone:l}).format(n),o=l=>[r(zr,l),r(e,l)],[[s,i],[a,c]]=[o(Cn),o(Jr)],d=r(zr,{...Cn,...Sn,year:"numeric"});return s!==i?`${d} (${r(e,{...Cn,...Sn})})`:a===c?d:`${d} (${r(e,Sn).replaceAll(" ","\xA0")})`}function eo(t){return new Intl.NumberFormat(Le,{style:"percent"}).format(t/100)}function He(t,e){let n=Math.max(0,Math.ceil((t-e)/1e3)),[r,o,s]=[Math.floor(n/86400),Math.floor(n/3600)%24,Math.floor(n/60)%60],i=c=>String(c).padStart(2,"0"),a=o||r?`${o}:${i(s)}:${i(n%60)}`:`${s}:${i(n%60)}`;return r?`${r} d ${a}`:a}function ve(t){return t===1?"1 seat":`${t.toLocaleString(Le)} seats`}function st(t){return t.map(e=>e.seats.length?e.seats.join(", "):`${e.quantity} \xD7 ${e.section}`).join(", ")}function to(){return location.hash.replace(/^#\/?/,"").split("/").map(ys)}function ys(t){try{return decodeURIComponent(t)}catch{return t}}function no(){let[t,e]=to();return t==="events"&&e?{page:"event",id:e}:t==="bookings"?e?{page:"booking",id:e}:{page:"bookings"}:{page:"events"}}var Dt=R(no());addEventListener("hashchange",()=>{Dt.value=no(),scrollTo(0,0)});var We="#/",ro="#/bookings",Bt=t=>`#/events/${encodeURIComponent(t)}`,at=t=>`#/bookings/${encodeURIComponent(t)}`;function oo(t){location.hash=t}var An="session",Pt=class{#e;constructor(e){this.#e=e}known(){let e=localStorage.getItem(this.#e);return e?JSON.parse(e):null}async keep(e){e?localStorage.setItem(this.#e,JSON.stringify(e)):localStorage.removeItem(this.#e),await so("readwrite",n=>n.put(e,this.#e))}async newest(){let e=await so("readonly",n=>n.get(this.#e));return e===void 0?this.known():e}};async function so(t,e){try{let n=(await ks()).transaction(An,t),r=e(n.objectStore(An));return await new Promise((o,s)=>{n.oncomplete=o,n.onabort=()=>s(n.error)}),r.result}catch{return}}var hs;function ks(){return hs??=new Promise((t,e)=>{let n=indexedDB.open("seatlock",1);n.onupgradeneeded=()=>n.result.createObjectStore(An),n.onsuccess=()=>t(n.result),n.onerror=()=>e(n.error)})}var Ge="seatlock.name",Ft=new Pt("seatlock.tokens"),Ze=R(localStorage.getItem(Ge)),oe=R(0),le=R(!1),it=R("");function $(t){it.value=t}var w=an({url:new URL("/graphql",location.href).href,tokens:Ft.known(),stored:()=>Ft.newest(),onTokens:t=>(t||bs(),Ft.keep(t)),onLost:()=>le.value=!0});function bs(){localStorage.removeItem(Ge),Ze.value=null,it.value=""}function Ot(){let t=Ft.known(),e=w.session.tokens;t?.refreshToken!==e?.refreshToken&&w.session.adopt(t),Ze.value=localStorage.getItem(Ge),e&&!t&&(it.value="")}var ao=new BroadcastChannel("seatlock");ao.onmessage=()=>oe.value++;addEventListener("storage",({key:t})=>t!==Ge&&(Ot(),oe.value++));addEventListener("storage",({key:t})=>t===Ge&&Ot());addEventListener("pageshow",({persisted:t})=>t&&(Ot(),oe.value++));document.addEventListener("visibilitychange",()=>document.visibilityState==="visible"&&Ot());function ut(){ao.postMessage("changed")}async function io(t){co((await fn(w,t)).name)}async function uo(t){co((await Or(w,t)).name)}function co(t){localStorage.setItem(Ge,t),Ze.value=t,oe.value++}async function lo(){let t=qr(w);await w.session.end();for(let e of Object.keys(sessionStorage))e.startsWith("seatlock.")&&sessionStorage.removeItem(e);oe.value++,await t.catch(()=>{})}function ct(t){let e=`seatlock.key ${t}`,n=sessionStorage.getItem(e)??Oe();return sessionStorage.setItem(e,n),n}function Re(t){sessionStorage.removeItem(`seatlock.key ${t}`)}var te=R(null);async function lt(t,e){if(te.value===null){te.value=t,Te();try{await e()}finally{te.value=null}}}var _s={NOT_STARTED:"Sales have not begun yet.",ENDED:"Sales are over.",PAUSED:"Sales are paused at the moment. Please try again later.",EVENT_STARTED:"The event has begun.",EVENT_CANCELLED:"The event was cancelled."},xn="Your hold has run out, so the seats are free again. You can choose anew.",vs={name:"Name",email:"E-mail",password:"Password"};function qt({salesClosedReason:t,availableSeats:e,lockedSeats:n}){switch(t){case"NOT_STARTED":return["Not on sale yet","Sales have not begun yet. They open on this page by themselves."];case"ENDED":return["Sales are over","Sales are over: no more seats can be had here."];case"PAUSED":return["Sales are paused","Sales are paused at the moment. This page shows when they go on."];case"EVENT_STARTED":return["Has begun","The event has begun, so no more seats are sold."];case"EVENT_CANCELLED":return["Cancelled","The event was cancelled. Who has paid gets all of it back."];default:return e?null:n?["All held","All that is not sold is held by others. What they do not pay in time comes back here."]:["Sold out","All seats are sold. If somebody cancels, their seats come back here."]}}function Cs(t){switch(t.__typename){case"NotEnoughSeats":return t.availableSeats?`Only ${ve(t.availableSeats)} left there.`:"Nothing is left there.";case"SeatsUnavailable":return t.orphans.length?`This would leave single seats that nobody wants: ${t.orphans.join(", ")}. Take them, too, or choose others.`:`Somebody was quicker: ${t.seats.join(", ")}. Please choose others.`;case"SalesClosed":return _s[t.reason]??"This is not on sale now.";case"LimitExceeded":return t.message;case"LockExpired":return xn;case"LockNotActive":return"You no longer hold these seats.";case"LockAlreadyUsed":return"These seats are booked by you already.";case"BookingExpired":return"The time to pay has run out, and the seats are free again. No money was taken.";case"BookingNotPayable":return"This booking cannot be paid now.";case"BookingNotCancellable":return"This booking can no longer be cancelled.";case"EventCancelled":return"The event was cancelled.";case"BadCredentials":return"No account has this e-mail address and password.";case"EmailTaken":return"There is an account with this address already: sign in instead.";case"PaymentFailed":return t.attemptsLeft?`${t.message} Nothing was booked yet, and you still hold your seats.`:t.message;case"InvalidInput":return t.issues.map(({path:e,message:n})=>{let r=vs[e.join()];return r?`${r}: ${n}`:n}).join(" ");default:return t.message}}function K(t){if(t instanceof re)return Cs(t.outcome);if(t instanceof H)return"You were signed out. Please sign in again.";if(t instanceof V){if(t.code==="UNAVAILABLE")return"The shop cannot be reached. Nothing is lost: please try again.";if(t.code==="RATE_LIMITED")return"That was a lot in a short time. Please wait a moment.";if(t.code==="UNAUTHENTICATED")return"Please sign in first.";let e=t.extensions.correlationId;return e?`Something went wrong here. If it stays so, tell us this number: ${String(e)}`:t.message}return"Something went wrong here. Please load the page again."}var Ss=Symbol.for("pv"),As=0;function u(t,e,n,r,o,s){e||(e={});var i,a,c=e;if("ref"in c&&typeof t!="function")for(a in c={},e)a=="ref"?i=e[a]:c[a]=e[a];var d={type:t,props:c,key:n,ref:i,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Ss,__v:--As,__i:-1,__u:0};return(o||s)&&(d.__source=o,d.__self=s),S.vnode&&S.vnode(d),d}var xs={HOLD:"Seats are held for somebody, so please say who you are.",VISIT:"Then you see what you hold and what you have booked.",AGAIN:"You were signed out. Please sign in again."},$t=R(null);async function go(){return w.session.tokens!==null||je("HOLD")}function je(t){return new Promise(e=>{$t.value?.answer(!1),$t.value={reason:t,answer:e}})}async function dt(t){try{return await t()}catch(e){if(!(e instanceof H||e instanceof V&&e.code==="UNAUTHENTICATED")||!await je("AGAIN"))throw e;return t()}}function mo(){let t=j(null),e=$t.value;be(()=>{if(e)return t.current.showModal();t.current.close(),_n(document.querySelector("h1"))},[e]);function n(r){$t.value=null,e?.answer(r)}return u("dialog",{ref:t,"aria-labelledby":"sign-title",onClose:()=>e&&n(!1),children:e&&u(ws,{reason:e.reason,end:n})})}function ws({reason:t,end:e}){let[n,r]=M(t==="HOLD"),[o,s]=M(""),[i,a]=M(!1);async function c(d){if(d.preventDefault(),i)return;let l=new FormData(d.currentTarget),[m,p,g]=["name","email","password"].map(f=>String(l.get(f)??""));a(!0),s("");try{await(n?uo({name:m,email:p,password:g}):io({email:p,password:g})),e(!0)}catch(f){s(K(f)),$(K(f))}finally{a(!1)}}return u("form",{onSubmit:c,children:[u("h2",{id:"sign-title",children:n?"Register":"Sign in"}),u("p",{children:xs[t]}),n&&u("label",{children:["Name ",u("input",{name:"name",autocomplete:"name",required:!0,maxLength:100})]}),u("label",{children:["E-mail ",u("input",{name:"email",type:"email",autocomplete:"email",required:!0})]}),u("label",{children:["Password",n&&" (8 characters or more)",u("input",{name:"password",type:"password",autocomplete:n?"new-password":"current-password",required:!0,minLength:n?8:1})]}),o&&u("p",{class:"trouble",children:o}),u("p",{class:"buttons",children:[u("button",{class:"main","aria-disabled":i,children:i?"One moment \u2026":n?"Register":"Sign in"}),u("button",{type:"button",onClick:()=>r(!n),children:n?"I have an account":"I am new here"}),u("button",{type:"button",onClick:()=>e(!1),children:"Not now"})]})]})}var wn={PAYMENT_PENDING:"Not paid yet",CONFIRMED:"Paid: the seats are yours",FAILED:"The payment failed, and the seats are free again",EXPIRED:"The time to pay has run out, and the seats are free again",CANCELLED:"Cancelled"},po=[["sim_success","A card that works"],["sim_declined","A card that is declined"],["sim_challenge","A card whose bank asks you"]];function fo(){let[t,e]=M(null),[n,r]=M(null),[o,s]=M("");async function i(a){a&&Te();try{let c=await Cr(w,a?{after:a}:{});e(d=>[...a?d??[]:[],...c.nodes]),r(c.pageInfo.hasNextPage?c.pageInfo.endCursor:null),s("")}catch(c){s(K(c))}}return q(()=>{e(null),w.session.tokens&&i(null)},[oe.value]),u(E,{children:[u("h1",{tabIndex:-1,children:"My bookings"}),!w.session.tokens&&u(yo,{}),o&&u("p",{class:"trouble",children:o}),t?.length===0&&u("p",{children:["You have none yet. ",u("a",{href:We,children:"See what is on"})]}),u("ul",{class:"events",children:t?.map(a=>u("li",{children:u("a",{href:at(a.id),children:[u("h2",{children:a.event.name}),u("span",{children:u(ko,{event:a.event})}),u("span",{children:st(a.items)}),u("strong",{children:wn[a.status]??a.status}),u(bo,{booking:a})]})},a.id))}),n&&u("button",{onClick:()=>{i(n)},children:"More"})]})}function yo(){return u("p",{children:u("button",{class:"main",onClick:()=>{je("VISIT")},children:"Sign in to see them"})})}function ho({id:t}){let[e,n]=M(void 0),[r,o]=M(""),s=Nt(e);return q(()=>{if(!w.session.tokens)return;let i=new AbortController;return(async()=>{try{let a="";for await(let c of Pr(w,{bookingId:t,signal:i.signal}))le.value=!1,n(c),a&&c.status!==a&&$(wn[c.status]??""),a=c.status}catch(a){a instanceof H?oe.value++:a instanceof V&&["NOT_FOUND","INVALID_INPUT"].includes(a.code)?n(null):o(K(a))}})(),()=>i.abort()},[t,oe.value]),w.session.tokens?e===null?u("h1",{tabIndex:-1,children:"You have no such booking"}):e?u(E,{children:[u("h1",{ref:s,tabIndex:-1,children:e.event.name}),u("p",{class:"where",children:[u(ko,{event:e.event}),". ",u("a",{href:Bt(e.event.id),children:"To the event"})]}),u("div",{class:"ticket",children:[u("p",{class:"seats-bought",children:st(e.items)}),u("p",{children:u("strong",{class:"status",children:wn[e.status]??e.status})}),u("p",{class:"where",children:["Booking ",e.reference,", ",G(e.total)]})]}),r&&u("p",{class:"trouble",children:r}),e.status==="PAYMENT_PENDING"&&u(Ls,{booking:e,onChange:n}),u("div",{children:u(bo,{booking:e})}),(e.status==="PAYMENT_PENDING"||e.status==="CONFIRMED")&&u(Rs,{booking:e,onChange:n})]}):u("h1",{tabIndex:-1,children:r||"Looking \u2026"}):u(E,{children:[u("h1",{tabIndex:-1,children:"Your booking"}),u(yo,{})]})}function ko({event:t}){return u(E,{children:[fe(t.startsAt,t.timeZone),t.venue&&u(E,{children:[", ",u("bdi",{children:t.venue})]})]})}var Es={INITIATED:"is on its way back",PROCESSED:"came back",FAILED:"could not be given back yet: the box office sees to it"};function bo({booking:{event:t,refunds:e,status:n}}){let r=t.cancellationReason?`: ${t.cancellationReason}`:".";return u(E,{children:[t.cancelledAt&&u("span",{class:"ended",children:["The event was cancelled",r]}),t.cancelledAt&&n==="CONFIRMED"&&u("span",{class:"ended",children:"All that you paid comes back."}),e.map(({id:o,amount:s,original:i,status:a})=>u("span",{class:"ended",children:[G(s)," of ",G(i)," ",Es[a],"."]},o))]})}var gt={of:t=>sessionStorage.getItem(`seatlock.card ${t}`),set:(t,e)=>e?sessionStorage.setItem(`seatlock.card ${t}`,e):sessionStorage.removeItem(`seatlock.card ${t}`)};function Ls({booking:t,onChange:e}){let[n,r]=M(po[0][0]),[o,s]=M(""),[i,a]=M(null),c=Number(t.total.amount)===0;function d(m,p=!1){return lt("pay",async()=>{s("");let g=`pay ${t.id}`;gt.of(t.id)!==m&&Re(g),gt.set(t.id,m);let f={bookingId:t.id,key:ct(g),...!c&&{paymentToken:m}};try{let y=await dt(()=>Er(w,f));if(y.__typename==="PaymentActionRequired"){a(y),!p&&y.redirectUrl&&location.assign(new URL(y.redirectUrl,location.href));return}Re(g),gt.set(t.id,null),e(y.booking),$("Paid: the seats are yours."),ut()}catch(y){let k=Pe(y,"PaymentFailed");k&&(Re(g),gt.set(t.id,null),a(null),e(k.booking)),s(K(y)),$(K(y))}})}q(()=>{let m=gt.of(t.id);m&&d(m,!0)},[oe.value]);let l=te.value!==null;return u("form",{class:"pay",onSubmit:m=>{m.preventDefault(),d(n)},children:[u("p",{children:["Pay within ",u("strong",{class:"clock",children:He(Date.parse(t.paymentExpiresAt),W.value)}),". You can try"," ",t.attemptsLeft===1?"once":`${t.attemptsLeft} times`,"."]}),i?.redirectUrl&&u("p",{class:"note",children:["Your bank waits for your answer. ",u("a",{href:i.redirectUrl,children:"Go to your bank"}),", or pay with another card."]}),!c&&u("fieldset",{children:[u("legend",{children:"Pay with (no real money moves here)"}),po.map(([m,p])=>u("label",{children:[u("input",{type:"radio",name:"card",value:m,checked:n===m,onChange:()=>r(m)})," ",p]},m))]}),o&&u("p",{class:"trouble",children:o}),u("p",{class:"buttons",children:u("button",{class:"main","aria-disabled":l,children:te.value==="pay"?"Asking your bank \u2026":`Pay ${G(t.total)}`})})]})}function Rs({booking:t,onChange:e}){let[n,r]=M(!1),[o,s]=M(""),i=t.status==="CONFIRMED",[a,c]=[j(null),j(!1)];be(()=>{n!==c.current&&a.current?.focus(),c.current=n},[n]);let d=t.cancellation,l=()=>lt("cancel",async()=>{s("");try{let{booking:m,refund:p}=await dt(()=>Lr(w,t.id));e(m),$(p?`Cancelled. ${G(p.amount)} comes back.`:"Cancelled."),ut()}catch(m){s(K(m)),$(K(m))}});return i&&!d?null:u("section",{class:"cancel","aria-label":"Cancel",children:[i&&d&&u("p",{children:["If you cancel now, ",G(d.refundable)," of ",G(t.total)," comes back.",d.until&&u(E,{children:[" You can until ",fe(d.until,t.event.timeZone),"."]})]}),o&&u("p",{class:"trouble",children:o}),u("p",{class:"buttons",children:[!n&&u("button",{ref:a,onClick:()=>r(!0),children:"Cancel this booking"}),n&&u(E,{children:[u("button",{class:"danger","aria-disabled":te.value!==null,onClick:()=>{l()},children:i?"Yes, give the seats back":"Yes, let the seats go"}),u("button",{ref:a,onClick:()=>r(!1),children:"Keep it"})]})]})]})}var Is=20,Ms=7*864e5,Ts=6e4,Ns=.2;function _o(){let[t,e]=M(null),[n,r]=M(null),[o,s]=M(""),[i,a]=M("");async function c(d){d&&Te();try{let l=W.value,m=new Date(l).toISOString(),p=await kr(w,{prices:!0,startsAfter:m,...o&&{search:o},...d&&{after:d}});if(await Yr,Math.abs(W.value-l)>Ts)return await c(d);e(g=>[...d?g??[]:[],...p.nodes]),r(p.pageInfo.hasNextPage?p.pageInfo.endCursor:null),a("")}catch(l){a(K(l))}}return q(()=>{let d=setTimeout(()=>{c(null)},o?250:0);return()=>clearTimeout(d)},[o]),u(E,{children:[u("h1",{tabIndex:-1,children:"What is on"}),u("label",{class:"search",children:["Search ",u("input",{type:"search",value:o,onInput:({currentTarget:d})=>s(d.value)})]}),i&&u("p",{class:"trouble",children:[i," ",u("button",{onClick:()=>{c(null)},children:"Try again"})]}),!t&&!i&&u("p",{children:"Looking \u2026"}),t?.length===0&&u("p",{children:o?"Nothing is called like that.":"Nothing is on at the moment."}),u("ul",{class:"events",children:t?.map((d,l)=>u(Ds,{event:d,isLive:l<Is},d.id))}),n&&u("button",{onClick:()=>{c(n)},children:"More"})]})}function Ds({event:t,isLive:e}){let[n,r]=M(t);return q(()=>{if(!e)return;let o=new AbortController;return(async()=>{try{let s={eventId:t.id,rows:!1,whole:!0,signal:o.signal};for await(let i of xt(w,s)){le.value=!1,i.snapshot||ot(i.asOf);let{sections:a,...c}=i.event;r(d=>({...d,...c}))}}catch{}})(),()=>o.abort()},[t.id]),u("li",{children:u("a",{href:Bt(n.id),children:[u("h2",{children:n.name}),u("span",{children:fe(n.startsAt,n.timeZone)}),n.venue&&u("span",{dir:"auto",children:n.venue}),u("span",{children:Bs(n)}),u(En,{event:n})]})})}function Bs({sections:t=[],price:e}){let n=t.map(s=>s.price).sort((s,i)=>Number(s.amount)-Number(i.amount)),[r=e,o=e]=[n[0],n.at(-1)];return r.amount===o.amount?G(r):`from ${G(r)}`}function En({event:t}){let e=t.salesStartAt?Date.parse(t.salesStartAt):0;if(t.salesClosedReason==="NOT_STARTED"&&e>W.value){let o=e-W.value<Ms?`in ${He(e,W.value)}`:`from ${fe(t.salesStartAt,t.timeZone)}`;return u("strong",{class:"left",children:["On sale ",o]})}let n=qt(t);return n?u("strong",{class:"left none",children:n[0]}):u("strong",{class:"left",children:[ve(t.availableSeats)," left",u("meter",{"aria-hidden":"true",min:0,max:t.totalSeats,low:t.totalSeats*Ns,optimum:t.totalSeats,value:t.availableSeats})]})}var mt=class{rows=[];heads=[];width=0;height=0;version=0;#e=new Map;constructor(e){let n=e.filter(({rows:c})=>c?.length),r=n.map(({rows:c})=>({width:Math.max(...c.map(({statuses:d})=>d.length)),height:2.2+c.length*1.25})),o=r.reduce((c,{width:d,height:l})=>c+(d+2)*(l+2),0),s=Math.max(0,Math.sqrt(o)*1.3,...r.map(({width:c})=>c)),i=[],a=1/0;for(let[c,{width:d}]of r.entries())a+d>s&&([a]=[0,i.push([])]),a+=d+2,i.at(-1).push(c);this.width=Math.max(0,...i.map(c=>c.reduce((d,l)=>d+r[l].width+2,-2)));for(let c of i){let d=c.reduce((m,p)=>m+r[p].width+2,-2),l=(this.width-d)/2;for(let m of c)this.#r(n[m],l,r[m].width),l+=r[m].width+2;this.height+=Math.max(...c.map(m=>r[m].height))+2}}#r(e,n,r){this.heads.push({name:e.name,x:n,y:this.height,width:r});for(let[o,{name:s,statuses:i}]of e.rows.entries()){let a=n+Math.floor((r-i.length)/2),c={section:e,name:s,statuses:i,x:a,y:this.height+2.2+o*1.25,number:this.rows.length};this.rows.push(c),this.#e.set(`${e.name}-${s}`,c)}}update(e,n){if(this.version++,n)for(let o of this.rows)o.statuses="A".repeat(o.statuses.length);let r=[];for(let{section:o,name:s,statuses:i}of e){let a=this.#e.get(`${o}-${s}`);a&&(r.push(a),a.statuses=i)}return n?this.rows:r}at(e,n){for(let r of this.rows){if(n<r.y||n>=r.y+1)continue;let o=Math.floor(e-r.x);if(o>=0&&o<r.statuses.length)return{row:r,seat:o}}return null}find(e){let n=e.lastIndexOf("-"),r=this.#e.get(e.slice(0,n)),o=Number(e.slice(n+1))-1;return r&&r.statuses[o]?{row:r,seat:o}:null}};function Ke({row:t,seat:e}){return`${t.section.name}-${t.name}-${e+1}`}var Ps=5,Ln=9,vo=20,Co=44,Fs=10,So=16,Ut=4,Os={C:"\u2713",M:"\u2713",L:"\u2013"},Ao=1,Vt=class{hall;view={scale:1,x:0,y:0};special=new Set;stateOf=({row:e,seat:n})=>e.statuses[n];cursor=null;#e;#r;#o=document.createElement("canvas");#i=-1;#n=null;#s=null;#u=0;#t=0;#a=0;constructor(e,n){this.hall=n,this.#e=e,this.#r=e.getContext("2d")}resize(e,n){let r=!this.#t;[this.#t,this.#a]=[e,n],this.#e.width=e*devicePixelRatio,this.#e.height=n*devicePixelRatio,r?this.fit():this.ask()}fit(){let{width:e,height:n}=this.hall,r=this.#l();this.view={scale:r,x:(this.#t-e*r)/2,y:Math.max(So,(this.#a-n*r)/2)},this.ask()}#l(){return Math.min(Co,this.#t/(this.hall.width+4),(this.#a-So)/this.hall.height)}zoom(e,n=this.#t/2,r=this.#a/2){let{view:o}=this,s=this.#l()/1.5,i=Math.min(Co,Math.max(s,o.scale*e)),a=i/o.scale;this.view={scale:i,x:n-(n-o.x)*a,y:r-(r-o.y)*a},this.#d()}move(e,n){this.view={...this.view,x:this.view.x+e,y:this.view.y+n},this.#d()}#d(){let{scale:e,x:n,y:r}=this.view,o=40;this.view={scale:e,x:Math.min(this.#t-o,Math.max(o-this.hall.width*e,n)),y:Math.min(this.#a-o,Math.max(o-this.hall.height*e,r))},this.ask()}reveal({row:e,seat:n}){let{view:r}=this;r.scale<Ln&&this.zoom(vo/r.scale,r.x+(e.x+n)*r.scale,r.y+e.y*r.scale);let[o,s,i]=[this.view.x+(e.x+n)*this.view.scale,this.view.y+e.y*this.view.scale,2*this.view.scale],a=(c,d)=>Math.max(0,i-c)-Math.max(0,c+i-d);this.move(a(o,this.#t),a(s,this.#a))}at(e,n){let{scale:r}=this.view;return r<Ln?null:this.hall.at((e-this.view.x)/r,(n-this.view.y)/r)}ask(){this.#u||=requestAnimationFrame(()=>{this.#u=0,this.draw()})}recolour(){this.#n=null,this.#s=null,this.#i=-1,this.ask()}stop(){cancelAnimationFrame(this.#u)}draw(){let e=this.#r,{scale:n,x:r,y:o}=this.view,s=this.#n??=this.#h();e.setTransform(devicePixelRatio,0,0,devicePixelRatio,0,0),e.clearRect(0,0,this.#t,this.#a),n<Ps?this.#g():this.#m(),e.fillStyle=s.text,e.textBaseline="alphabetic",e.textAlign="center",e.font=`600 ${Math.max(11,Math.min(18,n))}px system-ui, sans-serif`;for(let i of this.hall.heads){let[a,c]=[r+i.x*n,o+(i.y+1.7)*n],d=a+i.width*n;if(c<=0||c>=this.#a+20||d<0||a>this.#t)continue;let l=e.measureText(i.name).width/2+2;e.fillText(i.name,Math.max(l,Math.min(this.#t-l,(a+d)/2)),c)}this.cursor&&this.#y(this.cursor,s.cursor)}#g(){let{scale:e,x:n,y:r}=this.view,{hall:o}=this;this.#i!==o.version&&this.#c(),this.#r.imageSmoothingEnabled=!0,o.rows.length&&this.#r.drawImage(this.#o,n,r,this.#o.width*e,this.#o.height/Ut*e);let s=Math.max(3,e);for(let i of this.special){let a=o.find(i);a&&(this.#r.fillStyle=this.#n[this.stateOf(a,i)],this.#r.fillRect(n+(a.row.x+a.seat)*e,r+a.row.y*e,s,s))}}#c(){let{hall:e}=this;this.#o.width=Math.ceil(e.width),this.#o.height=Math.ceil(e.height*Ut);let n=this.#o.getContext("2d");for(let r of e.rows)for(let[o,s,i]of qs(r.statuses)){let[a,c]=[Math.round(r.y*Ut),i==="B"];n.fillStyle=this.#n[c?"text":i],n.fillRect(r.x+o,c?a+Ao:a,s-o,c?Ao:Ut-1)}this.#i=e.version}#m(){let{scale:e,x:n,y:r}=this.view,o=this.#r,s=e-Math.max(1,e/8),i=e>=vo,a=l=>Math.round(l*devicePixelRatio)/devicePixelRatio,c=this.#f(s,i?s/5:0);o.textAlign="center",o.textBaseline="middle",o.font=`${Math.round(e*.42)}px system-ui, sans-serif`;let d="";for(let l of this.hall.rows){let m=r+l.y*e;if(m+e<0||m>this.#a)continue;let p=Math.max(0,Math.floor(-n/e-l.x)),g=Math.min(l.statuses.length,Math.ceil((this.#t-n)/e-l.x)),f=this.special.size>0;for(let y=p;y<g;y++){let k=l.statuses[y];if(f){let h=Ke({row:l,seat:y});this.special.has(h)&&(k=this.stateOf({row:l,seat:y},h))}let b=n+(l.x+y)*e;if(k==="H"||k==="B"){o.drawImage(c[k],a(b),a(m),a(s),a(s));continue}if(this.#n[k]!==d&&(o.fillStyle=d=this.#n[k]),!i){o.fillRect(b,m,s,s);continue}o.beginPath(),o.roundRect(b,m,s,s,s/5),o.fill(),o.fillStyle=d=this.#n.mark,o.fillText(Os[k]??String(y+1),b+s/2,m+s/2)}}e>=Ln&&this.#p(s)}#p(e){let{scale:n,x:r,y:o}=this.view,s=this.#r,i=Math.max(Fs,Math.round(n*.42));s.font=`${i}px system-ui, sans-serif`;for(let a of this.hall.rows){let[c,d]=[o+a.y*n,r+a.x*n];if(c+n<0||c>this.#a||d>this.#t||d+a.statuses.length*n<0)continue;let l=s.measureText(a.name).width/2+3,m=d-Math.max(l,n*.9);m<l&&(s.fillStyle=this.#n.mark,s.fillRect(0,c,2*l,Math.max(e,i))),s.fillStyle=this.#n.text,s.fillText(a.name,Math.max(l,m),c+e/2)}}#f(e,n){let r=`${e} ${devicePixelRatio}`;if(this.#s?.of===r)return this.#s;let o=(a,c)=>{let d=document.createElement("canvas");d.width=d.height=Math.round(e*devicePixelRatio);let l=d.getContext("2d");return l.scale(d.width/e,d.height/e),l.strokeStyle=this.#n[a],l.lineWidth=Math.max(1,e/12),l.beginPath(),l.roundRect(l.lineWidth/2,l.lineWidth/2,e-l.lineWidth,e-l.lineWidth,n),l.stroke(),l.clip(),l.beginPath(),c(l),l.stroke(),d},s=o("H",a=>{a.lineWidth*=2;for(let c=e/2;c<2*e;c+=e/2)a.moveTo(c,0),a.lineTo(c-e,e)}),i=o("B",a=>{let[c,d]=[e/4,e-e/4];a.moveTo(c,c),a.lineTo(d,d),a.moveTo(d,c),a.lineTo(c,d)});return this.#s={of:r,H:s,B:i},this.#s}#y({row:e,seat:n},r){let{scale:o,x:s,y:i}=this.view,a=this.#r;a.strokeStyle=r,a.lineWidth=3,a.strokeRect(s+(e.x+n)*o-2,i+e.y*o-2,Math.max(6,o),Math.max(6,o))}#h(){let e=getComputedStyle(this.#e),n=r=>e.getPropertyValue(`--${r}`).trim();return{A:n("free"),H:n("held"),B:n("booked"),C:n("chosen"),M:n("mine"),L:n("leaving"),text:n("ink"),mark:n("paper"),cursor:n("focus")}}};function*qs(t){for(let e=0;e<t.length;){let n=t[e],r=e+1;for(;t[r]===n;)r++;yield[e,r,n],e=r}}var xo=6;function wo({sale:t}){let e=j(null),n=j(null);return q(()=>{let r=n.current=new Vt(e.current,t.hall.peek());r.stateOf=(l,m)=>t.stateOf(l,m);let o=new ResizeObserver(([l])=>r.resize(l.contentRect.width,l.contentRect.height));o.observe(e.current);let s=ce(()=>{t.drawn.value,r.hall=t.hall.value,r.special=new Set([...t.chosen.value,...t.lock.value?.seats??[]]),r.ask()}),i=ce(()=>{r.cursor=t.cursor.value,r.cursor&&r.reveal(r.cursor),r.ask()}),a=matchMedia("(prefers-color-scheme: dark)"),c=()=>r.recolour();a.addEventListener("change",c);let d=$s(e.current,r,l=>t.toggle(l));return()=>{for(let l of[s,i,d])l();o.disconnect(),a.removeEventListener("change",c),r.stop()}},[t]),u("div",{class:"map",children:[u("canvas",{ref:e,"aria-hidden":"true"}),u("p",{class:"buttons",children:[u("button",{"aria-label":"Nearer",onClick:()=>n.current?.zoom(1.5),children:"+"}),u("button",{"aria-label":"Further away",onClick:()=>n.current?.zoom(1/1.5),children:"\u2212"}),u("button",{onClick:()=>n.current?.fit(),children:"Whole hall"})]}),u("ul",{class:"legend","aria-hidden":"true",children:[u("li",{class:"A",children:"free"}),u("li",{class:"H",children:"held"}),u("li",{class:"B",children:"sold"}),u("li",{class:"C",children:"chosen"}),u("li",{class:"M",children:"yours"})]})]})}function $s(t,e,n){let r=new globalThis.Map,o=0,s=({clientX:a,clientY:c})=>{let{left:d,top:l}=t.getBoundingClientRect();return{x:a-d,y:c-l}},i={pointerdown(a){t.setPointerCapture(a.pointerId),r.size||(o=0),r.set(a.pointerId,s(a))},pointermove(a){let c=r.get(a.pointerId);if(!c)return;let d=s(a);o+=Math.hypot(d.x-c.x,d.y-c.y);let l=[...r].find(([p])=>p!==a.pointerId)?.[1];if(r.set(a.pointerId,d),o<xo)return;if(!l)return e.move(d.x-c.x,d.y-c.y);let m=p=>Math.hypot(p.x-l.x,p.y-l.y)||1;e.zoom(m(d)/m(c),(d.x+l.x)/2,(d.y+l.y)/2)},pointerup(a){if(!(r.delete(a.pointerId)&&!r.size&&o<xo))return;let{x:d,y:l}=s(a),m=e.at(d,l);m?n(m):e.zoom(2,d,l)},pointercancel:a=>{r.delete(a.pointerId)},wheel(a){a.preventDefault();let{x:c,y:d}=s(a);e.zoom(Math.exp(-a.deltaY/400),c,d)}};for(let[a,c]of Object.entries(i))t.addEventListener(a,c,{passive:!1});return()=>{for(let[a,c]of Object.entries(i))t.removeEventListener(a,c)}}var Eo=20,Us={A:"free",H:"held by somebody else",B:"sold",C:"chosen",M:"yours",L:"yours, to be let go"};function Lo({sale:t}){t.drawn.value;let e=t.hall.value,n=t.cursor.value??{row:e.rows[0],seat:0},r=j(!1),o=j(null);be(()=>{r.current&&o.current?.focus(),r.current=!1});function s(p,g){p&&(t.cursor.value={row:p,seat:Math.max(0,Math.min(p.statuses.length-1,g))})}function i(p){let{row:g,seat:f}=n,y=p.ctrlKey||p.metaKey,k={ArrowLeft:()=>s(g,f-1),ArrowRight:()=>s(g,f+1),ArrowUp:()=>b(e.rows[g.number-1]),ArrowDown:()=>b(e.rows[g.number+1]),Home:()=>s(y?e.rows[0]:g,0),End:()=>s(y?e.rows.at(-1):g,1/0)},b=v=>v&&s(v,Math.round(g.x+f-v.x)),h=k[p.key];h&&(p.preventDefault(),r.current=!0,h())}let a=e.heads.map(({name:p})=>p),{row:c}=n,[d,l]=[Math.max(0,n.seat-Eo),Math.min(c.statuses.length,n.seat+Eo+1)],m=Array.from({length:l-d},(p,g)=>({row:c,seat:d+g}));return u("div",{class:"picker",children:[u("p",{class:"fields",children:[a.length>1&&u("label",{children:["Section"," ",u("select",{value:c.section.name,onChange:({currentTarget:p})=>s(e.rows.find(({section:g})=>g.name===p.value),0),children:a.map(p=>u("option",{children:p},p))})]}),u("label",{children:["Row"," ",u("select",{value:c.number,onChange:({currentTarget:p})=>s(e.rows[Number(p.value)],n.seat),children:e.rows.filter(({section:p})=>p===c.section).map(({name:p,number:g})=>u("option",{value:g,children:p},g))})]}),u("span",{children:[G(c.section.price)," a seat"]})]}),u("div",{class:"seats",role:"group","aria-label":`${c.section.name}, row ${c.name}: arrow keys move, space chooses`,onKeyDown:i,children:m.map(p=>{let g=Ke(p),f=t.stateOf(p,g),y=p.seat===n.seat;return u("button",{ref:y?o:null,class:f,tabIndex:y?0:-1,"aria-pressed":f==="C"||f==="M","aria-disabled":f==="H"||f==="B","aria-label":`Row ${c.name} seat ${p.seat+1}, ${Us[f]}`,onClick:()=>t.toggle(p),children:p.seat+1},g)})})]})}var Vs=1e6;function Ht(t,e){return Object.hasOwn(t,e)?t[e]:0}var Wt=class{id;event=R(void 0);hall=R(new mt([]));drawn=R(0);chosen=R(new Set);counts=R({});lock=R(null);unpaid=R(null);cursor=R(null);trouble=R("");#e=new AbortController;#r=!1;#o=0;constructor(e){this.id=e;let n=JSON.parse(sessionStorage.getItem(this.#i)??"null");n&&([this.chosen.value,this.counts.value]=[new Set(n.seats),n.counts]),this.follow()}get#i(){return`seatlock.chosen ${this.id}`}stop(){this.#e.abort()}async follow(){this.trouble.value="";try{let e=await br(w,this.id);if(e&&([this.hall.value,this.cursor.value]=[new mt(e.sections),null]),this.event.value=e,!e)return;await this.findLock();let{signal:n}=this.#e;for await(let r of xt(w,{eventId:this.id,whole:!0,signal:n})){le.value=!1,r.snapshot||ot(r.asOf);let o=this.event.value,s=o.sections.map(a=>{let c=r.event?.sections.find(({id:d})=>d===a.id);return c?{...a,availableSeats:c.availableSeats}:a});we(()=>{this.hall.value.update(r.changedRows??[],r.snapshot),this.event.value={...o,...r.event,sections:s},this.drawn.value++}),r.salesOpen&&!o.salesOpen&&$("Sales are open."),this.#u();let i=this.lock.value;i&&Date.parse(i.expiresAt)<=W.value&&this.findLock()}}catch(e){e instanceof V&&e.code==="INVALID_INPUT"?this.event.value=null:e instanceof H?this.follow():this.trouble.value=K(e)}}async findLock(){let e=++this.#o,n=[];if(w.session.tokens)try{n=(await vr(w,{event:this.id,status:"ACTIVE"})).nodes}catch(o){if(!(o instanceof H))return}if(e!==this.#o)return;let r=this.lock.value;this.unpaid.value=n.find(({booking:o})=>o)?.booking?.id??null,this.#n(n.find(({booking:o})=>!o)??null),r&&!n.length&&Date.parse(r.expiresAt)<=W.value&&this.#t(xn),this.#r=!0,this.#u()}#n(e){let n=this.lock.value;!e&&!n||we(()=>{this.lock.value=e;let r=e?.id!==n?.id||e?.seats.join()!==n?.seats.join();e?(r||e.quantity!==n?.quantity)&&this.#s(new Set(e.seats),Ro(e)):this.#s(new Set,{}),this.drawn.value++})}#s(e,n){we(()=>{this.chosen.value=e,this.counts.value=n,this.trouble.value="",this.drawn.value++}),sessionStorage.setItem(this.#i,JSON.stringify({seats:[...e],counts:n}))}#u(){if(!this.#r||this.#a)return;let e=new Set(this.lock.value?.seats),n=[...this.chosen.value].filter(r=>{let o=this.hall.value.find(r);return!e.has(r)&&o?.row.statuses[o.seat]!=="A"});n.length&&(this.#s(new Set([...this.chosen.value].filter(r=>!n.includes(r))),this.counts.value),this.#t(`Somebody was quicker: ${n.join(", ")}. Please choose others.`))}#t(e){this.trouble.value=e,$(e)}stateOf({row:e,seat:n},r){let o=this.chosen.value.has(r);return this.lock.value?.seats.includes(r)?o?"M":"L":o?"C":e.statuses[n]}toggle(e){let n=Ke(e),r=this.stateOf(e,n);if(this.cursor.value=e,r==="H"||r==="B")return $(`${n} is taken.`);let o=new Set(this.chosen.value);o.delete(n)||o.add(n),this.#s(o,this.counts.value),$(`${n} ${o.has(n)?"chosen":"no longer chosen"}.`)}count(e,n){this.#s(this.chosen.value,{...this.counts.value,[e]:Math.min(Vs,Math.max(0,Math.floor(n)||0))})}difference(){let e=this.lock.value,[n,r]=[new Set(e?.seats),e?Ro(e):{}],o=[...this.chosen.value].filter(c=>!n.has(c)),s=[...n].filter(c=>!this.chosen.value.has(c)),[i,a]=[[],[]];o.length&&i.push({seats:o}),s.length&&a.push({seats:s});for(let c of new Set([...Object.keys(r),...Object.keys(this.counts.value)])){let d=Ht(this.counts.value,c)-Ht(r,c);d>0&&i.push({quantity:{count:d,section:c}}),d<0&&a.push({quantity:{count:-d,section:c}})}return{add:i,remove:a}}#a=!1;hold(){let{add:e,remove:n}=this.difference();return this.chosen.value.size>0||Object.values(this.counts.value).some(o=>o>0)?this.#l(e,n):this.release()}best(e,n,r){return this.#l([{quantity:{count:e,...n&&{section:n}}}],[],r)}#l(e,n,r=""){return this.#c("hold",async()=>{let o=this.lock.value,s=JSON.stringify({event:this.id,lock:o?.id,add:e,remove:n,accessCode:r}),i=await(o?this.#g(o.id,s,e,n):this.#d(s,e,r));Re(s),this.#o++,this.#n(i.lock),$(`You hold ${i.lock.items.map(({quantity:a,section:c})=>`${a} in ${c}`).join(", ")}.`),i.together===!1&&(this.trouble.value="There were not so many together, so these are close to each other.")})}async#d(e,n,r){let o=()=>Sr(w,{eventId:this.id,seats:{items:n},key:ct(e),...r&&{accessCode:r}}),s=await o();return!s.replayed||s.lock.status==="ACTIVE"?s:(Re(e),o())}#g(e,n,r,o){let s={lockId:e,add:r.length?r:null,remove:o.length?o:null,idempotencyKey:ct(n)};return Y(w,sn,{input:s})}extend(){return this.#c("extend",async()=>{this.#n(await Ar(w,this.lock.value.id)),$("You have more time.")})}release(){return this.#c("release",async()=>{await xr(w,this.lock.value.id),this.#o++,this.#n(null),$("Your seats are free again.")})}async book(){let e=null;return await this.#c("book",async()=>{e=(await wr(w,this.lock.value.id)).id}),e}#c(e,n){return lt(e,async()=>{if(this.trouble.value="",!!await go()){this.#a=!0;try{await dt(n),ut()}catch(r){this.#t(K(r)),await this.findLock(),this.#t(K(r))}finally{this.#a=!1,this.#u()}}})}};function Ro(t){return Object.fromEntries(t.items.filter(({seats:e})=>!e.length).map(({section:e,quantity:n})=>[e,n]))}var Hs=6e4;function Mo({id:t}){let e=Be(()=>new Wt(t),[t]);q(()=>()=>e.stop(),[e]);let n=e.event.value;if(q(()=>{n&&e.findLock()},[e,oe.value]),q(()=>{document.title=n?n.name:"Tickets"},[n?.name]),n===null)return u(E,{children:[u("h1",{tabIndex:-1,children:"There is no such event"}),u("p",{children:u("a",{href:We,children:"See what is on"})})]});if(!n){let a=e.trouble.value;return u(E,{children:[u("h1",{tabIndex:-1,children:a||"Looking \u2026"}),a&&u("button",{onClick:()=>{e.follow()},children:"Try again"})]})}let r=n.sections.filter(({seating:a})=>a==="GENERAL"),o=qt(n),s=n.salesClosedReason==="EVENT_CANCELLED",i=n.salesOpen||e.lock.value!==null&&!s;return u(E,{children:[u("h1",{tabIndex:-1,children:n.name}),u("p",{class:"where",children:[fe(n.startsAt,n.timeZone),n.venue&&u(E,{children:[", ",u("bdi",{children:n.venue})]})]}),n.description&&u("p",{class:"about",children:n.description}),u("p",{children:u(En,{event:n})}),o&&u("p",{class:"note",children:o[1]}),e.unpaid.value&&!s&&u("p",{class:"note",children:["You have seats here that are not paid yet. ",u("a",{href:at(e.unpaid.value),children:"Pay them"})]}),u("div",{class:"sale",children:[u("div",{children:[e.hall.value.rows.length>0&&u(E,{children:[u(wo,{sale:e}),u(Lo,{sale:e})]}),r.length>0&&u("ul",{class:"general",children:r.map(a=>u("li",{children:u("label",{children:[u("strong",{children:a.name})," ",G(a.price),", ",ve(a.availableSeats)," left"," ",u("input",{type:"number",min:0,max:100,value:Ht(e.counts.value,a.name),disabled:!i,onInput:({currentTarget:c})=>e.count(a.name,c.valueAsNumber)})]})},a.id))})]}),!s&&u(Ws,{sale:e,canChoose:i})]})]})}function Ws({sale:t,canChoose:e}){let n=t.lock.value,r=Nt(n),{add:o,remove:s}=t.difference(),i=o.length>0||s.length>0,a=te.value!==null,c=t.chosen.value.size+Object.values(t.counts.value).reduce((d,l)=>d+l,0);return u("section",{class:"basket","aria-label":"Your seats",children:[u("h2",{ref:r,tabIndex:-1,children:n?"You hold":"Your choice"}),n?u(Gs,{sale:t}):u("p",{children:c?`${Io(t)}: ${Ks(t)}`:"Nothing yet: choose seats, or let us find them."}),n&&i&&u("p",{children:["Then you hold: ",Io(t)||"nothing"]}),t.trouble.value&&u("p",{class:"trouble",children:t.trouble.value}),(i||!n)&&u("p",{class:"buttons",children:u("button",{class:n?"":"main","aria-disabled":a||!e||!i,onClick:()=>i&&e&&void t.hold(),children:n?c?"Change my seats":"Let all of them go":c?`Hold ${ve(c)}`:"Hold seats"})}),u(Zs,{sale:t,canChoose:e}),u(js,{event:t.event.value})]})}function Gs({sale:t}){let e=t.lock.value,n=Date.parse(e.expiresAt),r=n<=W.value;q(()=>{r&&t.findLock()},[r]);let o=n-W.value<=Hs;q(()=>{o&&!r&&$("You hold your seats for less than a minute.")},[o]);let s=Date.parse(e.extendableUntil)-n>1e3,{add:i,remove:a}=t.difference(),c=i.length>0||a.length>0;async function d(){let l=await t.book();l&&oo(at(l))}return u(E,{children:[u("p",{children:[st(e.items),": ",u("strong",{children:G(e.total)})]}),u("p",{children:[u("strong",{class:"clock",children:He(n,W.value)})," left"]}),u("p",{class:"buttons",children:[u("button",{class:"main","aria-disabled":te.value!==null||c,onClick:()=>!c&&void d(),children:"Go on to pay"}),s&&u("button",{"aria-disabled":te.value!==null,onClick:()=>{t.extend()},children:"More time"}),u("button",{"aria-disabled":te.value!==null,onClick:()=>{t.release()},children:"Let go"})]})]})}function Zs({sale:t,canChoose:e}){let[n,r]=M(2),[o,s]=M(""),[i,a]=M(""),c=t.lock.value?"":i.trim(),d=e||c!=="",l=t.event.value.sections;return u("form",{class:"best",onSubmit:m=>{m.preventDefault(),d&&t.best(n,l.length>1?o||l[0].name:"",c)},children:[u("p",{class:"fields",children:[u("label",{children:["Find me"," ",u("input",{type:"number",min:1,max:100,required:!0,value:n,onInput:({currentTarget:m})=>r(m.valueAsNumber||1)})]}),l.length>1&&u("label",{children:["in"," ",u("select",{value:o||l[0].name,onChange:({currentTarget:m})=>s(m.value),children:l.map(({id:m,name:p})=>u("option",{value:p,children:p},m))})]}),u("button",{"aria-disabled":te.value!==null||!d,children:t.lock.value?"Add the best":"Hold the best together"})]}),!t.lock.value&&u("details",{children:[u("summary",{children:"I have an access code"}),u("p",{class:"terms",children:"We choose the best of the seats that are kept for it: on the plan they look like held ones."}),u("label",{children:["Access code ",u("input",{value:i,maxLength:128,autocomplete:"off",onInput:({currentTarget:m})=>a(m.value)})]})]})]})}function js({event:{maxSeatsPerBuyer:t,cancellation:e,timeZone:n}}){let{fullUntil:r,percentage:o}=e,s=r!==null&&Date.parse(r)>W.value,i=o===100?"you get all of it back":o?`you get ${eo(o)} back`:"nothing comes back";return u("p",{class:"terms",children:[t!==null&&`You can have ${ve(t)} at most. `,s?`If you cancel before ${fe(r,n)}, you get all of it back; later ${i}.`:`If you cancel before the event begins, ${i}.`]})}function Io(t){let e=Object.entries(t.counts.value).filter(([,n])=>n>0);return[...t.chosen.value,...e.map(([n,r])=>`${r} \xD7 ${n}`)].join(", ")}function Ks(t){let e=Object.fromEntries(t.event.value.sections.map(({name:s,price:i})=>[s,i])),n=[...t.chosen.value].map(s=>({money:t.hall.value.find(s)?.row.section.price,count:1})),r=Object.entries(t.counts.value).map(([s,i])=>({money:e[s],count:i})),o=Xr([...n,...r].flatMap(({money:s,count:i})=>s?[{money:s,count:i}]:[]));return o?G(o):""}function Qs(){let t=Dt.value;return t.page==="event"?u(Mo,{id:t.id},t.id):t.page==="booking"?u(ho,{id:t.id},t.id):t.page==="bookings"?u(fo,{}):u(_o,{})}function Ys(){let t=j(!0);return q(()=>{document.title="Tickets",le.value=!1,t.current||document.querySelector("h1")?.focus(),t.current=!1},[Dt.value]),u(E,{children:[u("header",{children:[u("nav",{"aria-label":"Shop",children:[u("a",{href:We,children:"Tickets"}),u("a",{href:ro,children:"My bookings"})]}),Ze.value===null?u("button",{onClick:()=>{je("VISIT")},children:"Sign in"}):u("span",{children:[Ze.value," ",u("button",{onClick:()=>{lo()},children:"Sign out"})]})]}),le.value&&u("p",{class:"trouble",role:"status",children:"The connection is lost, so what you see may be old. It comes back by itself."}),u("main",{children:u(Qs,{})}),u("p",{class:"said","aria-live":"polite",children:it.value}),u(mo,{})]})}Vn(u(Ys,{}),document.getElementById("shop"));
