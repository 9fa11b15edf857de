var Ro="button, a, input, select, summary",me=null;addEventListener("click",t=>{let e=t.detail?t.target.closest(Ro):null;if(!e)return;let{clientX:n,clientY:r,timeStamp:o}=t;if(me&&o-me.at<500){let s=Math.hypot(n-me.x,r-me.y)<5;if(me.control===e?me.acted:s){t.preventDefault(),t.stopPropagation();return}}me={control:e,x:n,y:r,at:o,acted:!1}},!0);function Te(){me&&(me.acted=!0)}addEventListener("keydown",t=>t.key==="Enter"&&t.repeat&&t.preventDefault(),!0);var S,Mn,jt,fe,Wt,kt,Tn,ft,Nn,Kt,Zt,Mo,Ye=Symbol.for("pv"),_t={},bt=[],To=/^m(i|n|o|s|text|space)$/,Qt=Array.isArray,Yt=bt.slice,Se=Object.assign;function ve(t){t&&t.parentNode&&t.remove()}function Dn(t,e,n){var r,o,s,i={},a=arguments.length;for(s in e)s=="key"?r=e[s]:s=="ref"&&typeof t!="function"?o=e[s]:i[s]=e[s];return a>2&&(i.children=a>3?Yt.call(arguments,2):n),Qe(t,i,r,o,null)}function Qe(t,e,n,r,o){var s={type:t,props:e,key:n,ref:r,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Ye,__v:o||++Mn,__i:-1,__u:0};return!o&&S.vnode&&S.vnode(s),s}function L(t){return t.children}function Ne(t,e){this.props=t,this.context=e,this.__g=0}function he(t,e){if(e==null)return t.__&&he(t.__,t.__i+1);for(var n;e<t.__k.length;e++)if((n=t.__k[e])&&n.__e)return n.__e;return typeof t.type!="function"||t.props.__P?null:he(t)}function No(t){var e,n=t.__v,r=n.__e,o=[],s=[],i=t.__P;i&&((e=Se({constructor:Ye},n)).__v=n.__v+1,S.vnode&&S.vnode(e),zt(i,e,n,t.__n,i.namespaceURI,32&n.__u?[r]:null,o,r||he(n),32&n.__u,s),e.__v=n.__v,e.__.__k[e.__i]=e,$n(o,e,s),n.__=n.__e=null,e.__e!=r&&Pn(e))}function Pn(t){if((t=t.__)&&t.__c&&!t.props.__P)return t.__e=null,t.__k.some(function(e){return e&&(t.__e=e.__e)}),Pn(t)}function In(t){(8&t.__g||(t.__g|=8,fe.push(t),kt++))&&Wt==S.debounceRendering||((Wt=S.debounceRendering)||queueMicrotask)(Bn)}function Bn(){try{for(var t,e=1;fe.length;)fe.length>e&&fe.sort(Tn),t=fe.shift(),e=fe.length,8&t.__g&&No(t)}finally{(kt=fe.length)&&(Wt||queueMicrotask)(Bn)}}function Fn(t,e,n,r,o,s,i,a,c,d,m){var p,g,l,y,f,k,C=r.__k||bt,h=e.length;for(c=Do(n,e,C,c,h),p=0;p<h;p++)(l=n.__k[p])!=null&&(g=~l.__i&&C[l.__i]||_t,l.__i=p,k=zt(t,l,g,o,s,i,a,c,d,m),y=l.__e,(g.ref!=l.ref||8&g.__u)&&(g.ref&&Xt(g.ref,null,l,g),l.ref&&m.push(l.ref,l.__c||y,l)),f=f||y,4&l.__u?(c=On(l,c,t,!g.__v),g.__e&&(g.__e=null)):typeof l.type=="function"&&k!==void 0?c=k:y&&(c=y.nextSibling),l.__u&=-21);return n.__e=f,c}function Do(t,e,n,r,o){var s,i,a,c,d,m,p,g,l,y=n.length,f=y,k=0,C=0,h=t.__k=Array(o);for(s=0;s<o;s++)(i=e[s])!=null&&typeof i!="boolean"&&typeof i!="function"?(typeof i!="object"||i.constructor===String?i=h[s]=Qe(null,i):Qt(i)?i=h[s]=Qe(L,{children:i}):i.constructor===Ye&&i.__b?i=h[s]=Qe(i.type,i.props,i.key,i.ref,i.__v):h[s]=i,c=s+k,i.__=t,i.__b=t.__b+1,a=null,~(d=i.__i=Po(i,n,c,f))&&(f--,(a=n[d])&&(a.__u|=2)),a&&a.__v?(i.__u|=16,d==c-1?k--:d==c+1?k++:d!=c&&(d>c?k--:k++,C=1)):(~d||(o>y?k--:o<y&&k++),typeof i.type!="function"&&(i.__u|=4))):h[s]=null;if(C){for(m=[],p=[],s=0;s<o;s++)if((i=h[s])&&16&i.__u){for(k=0,g=m.length;k<g;)m[l=k+g>>1]<i.__i?k=l+1:g=l;m[k]=i.__i,p[s]=k+1}for(k=m.length;s--;)p[s]&&(p[s]==k?k--:h[s].__u|=4)}if(f)for(s=0;s<y;s++)!(a=n[s])||2&a.__u||(a.__e==r&&(r=he(a)),Jt(a,a));return r}function On(t,e,n,r){var o,s,i,a;if(typeof t.type=="function"){if(t.props.__P)return e;if(o=t.__k)for(s=0;s<o.length;s++)o[s]&&(o[s].__=t,e=On(o[s],e,n,!1));return e}for(e&&!e.parentNode&&(e=he(t))&&!e.parentNode&&(e=null),i=t.__e,a=e;a&&a.nodeType==8;)a=a.nextSibling;for(i!=a&&(!r&&n.moveBefore&&i.parentNode?n.moveBefore(i,e):n.insertBefore(i,e||null)),e=i;(e=e&&e.nextSibling)&&e.nodeType==8&&!e.data.startsWith("$s"););return e}function Po(t,e,n,r){var o,s=t.key,i=t.type,a=e[n],c=a&&!(2&a.__u);if(a===null&&s==null||c&&s==a.key&&i==a.type)return n;if(r>(c?1:0)){for(o=n-1;o>=0;o--)if((a=e[o])&&!(2&a.__u)&&s==a.key&&i==a.type)return o;for(o=n+1;o<e.length;o++)if((a=e[o])&&!(2&a.__u)&&s==a.key&&i==a.type)return o}return-1}function Rn(t,e,n){n==null&&(n=""),e[0]=="-"?t.setProperty(e,n):t[e]=n}function yt(t,e,n,r,o){var s,i;if(e=="style")if(typeof n=="string")t.style.cssText=n;else{if(typeof r=="string"&&(t.style.cssText=r=""),r)for(e in r)n&&e in n||Rn(t.style,e);if(n)for(e in n)r&&n[e]==r[e]||Rn(t.style,e,n[e])}else if(e[0]=="o"&&e[1]=="n")typeof n!="function"&&(n=null),typeof r!="function"&&(r=null),(t.__e||(t.__e={}))[e]=n,n&&r||(i=Zt[e]||(Zt[e]=Bo(e)),(t.__a||(t.__a={}))[e]=Kt,s=e!=(e=e.replace(Nn,"$1")),(e=e.slice(2))[0]<"a"&&(e=e.toLowerCase()),n?t.addEventListener(e,i,s):t.removeEventListener(e,i,s));else{if(o=="http://www.w3.org/2000/svg")e=e.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(e!="width"&&e!="height"&&e!="href"&&e!="list"&&e!="form"&&e!="tabIndex"&&e!="download"&&e!="rowSpan"&&e!="colSpan"&&e!="role"&&e!="popover"&&e in t)try{return void(t[e]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&e[4]!="-"?t.removeAttribute(e):t.setAttribute(e,e=="popover"&&n==1?"":n)}}function Bo(t){return function(e){var n=this.__e;if(n){if(n=n[t],e[ft]==null)e[ft]=Kt++;else if(e[ft]<this.__a[t])return;return n(S.event?S.event(e):e)}}}function zt(t,e,n,r,o,s,i,a,c,d){var m,p,g,l,y,f,k,C,h,b,E,se,ae,ye,X,Ce,ie,ue,ne=e.type;if(e.constructor!==Ye)return null;128&n.__u&&(c=32&n.__u,m=n.__c.__z)&&(e.__u|=c,p=s=[],m.nodeType==8?a=ht(m,s):s.push(m),a=s[0]||a),(m=S.__b)&&m(e);e:if(typeof ne=="function"){g=i.length;try{if(C=e.props,h=(m=ne.prototype)&&m.render,b=(m=ne.contextType)&&r[m.__c],E=m?b?b.props.value:m.__:r,(l=n.__c)?(e.__c=l,2&l.__g&&(l.__g|=1)):(h?e.__c=l=new ne(C,E):(e.__c=l=new Ne(C,E),l.constructor=ne,l.render=Oo),b&&b.sub(l),l.state||(l.state={}),l.__n=r,l.__g|=8,l.__h=[],l.__k=[]),h&&(l.__s||(l.__s=l.state),ne.getDerivedStateFromProps&&(l.__s==l.state&&(l.__s=Se({},l.__s)),Se(l.__s,ne.getDerivedStateFromProps(C,l.__s)))),y=l.props,f=l.state,l.__v=e,n.__c){if(C!==y&&h&&!ne.getDerivedStateFromProps&&l.componentWillReceiveProps&&l.componentWillReceiveProps(C,E),e.__v==n.__v&&!(8&l.__g)||!(4&l.__g)&&l.shouldComponentUpdate&&l.shouldComponentUpdate(C,l.__s,E)===!1){e.__v!=n.__v&&(l.props=C,l.state=l.__s,l.__g&=-9),e.__e=n.__e,e.__k=n.__k,e.__k.some(function(Q){Q&&(Q.__=e)}),bt.push.apply(l.__h,l.__k),l.__k=[],l.__h.length&&i.push(l),a=he(n);break e}l.componentWillUpdate&&l.componentWillUpdate(C,l.__s,E),h&&l.componentDidUpdate&&l.__h.push(function(){l.componentDidUpdate(y,f,k)})}else h&&!ne.getDerivedStateFromProps&&l.componentWillMount&&l.componentWillMount(),h&&l.componentDidMount&&l.__h.push(l.componentDidMount);l.context=E,l.props=C,l.__P=t,l.__g&=-5,se=S.__r,ae=h?25:0;do l.__g&=-9,se&&se(e),m=l.render(l.props,l.state=l.__s,l.context);while(8&l.__g&&++ae<25);h&&(bt.push.apply(l.__h,l.__k),l.__k=[]),l.state=l.__s,l.getChildContext&&(r=Se({},r,l.getChildContext())),h&&n.__c&&l.getSnapshotBeforeUpdate&&(k=l.getSnapshotBeforeUpdate(y,f)),ye=m&&m.type===L&&m.key==null?m.props.children:m,C.__P&&(m=a,o=(t=C.__P).namespaceURI,c=s=null,n.props&&n.props.__P!=t&&(n.__k.some(function(Q){Q&&Jt(Q,Q)}),n.__k=null),a=n.__k?he(n,0):null),a=Fn(t,Qt(ye)?ye:[ye],e,n,r,o,s,i,a,c,d),C.__P&&(e.__e=null,a=m),e.__u&=-161,p&&p.some(ve),l.__h.length&&i.push(l),1&l.__g&&(l.__g&=-4)}catch(Q){if(i.length=g,e.__v=null,c||s)if(Q&&Q.then){if(e.__u|=128|c,s){for(~(ie=s.indexOf(a||void 0))||(ie=s.length);(ue=s[ie-1])&&ue.nodeType==8;)ie--;for(;ie<s.length;ie++)if(ue=s[ie])if(s[ie]=null,X){if(ue==Ce)break}else{if(ue.nodeType!=8)break;ue.data.startsWith("$s")&&(Ce=ht(X=ue))}}if(!X){for(;a&&a.nodeType==8&&a.nextSibling;)a=a.nextSibling;X=a}(m=ht(X=e.__c.__z||(e.__c.__z=X)))?(e.__e=X,a=m):e.__e=a,a=a&&a.nextSibling}else s&&s.some(ve);else e.__e=n.__e;e.__k||(e.__k=n.__k||[]),Q&&Q.then||qn(e),S.__e(Q,e,n)}}else a=e.__e=Fo(n.__e,e,n,r,o,s,i,c,d,t);return(m=S.diffed)&&m(e),a}function ht(t,e){if(t&&t.nodeType==8&&t.data.startsWith("$s"))for(var n=1;t=t.nextSibling;){if(t.nodeType==8){if(t.data.startsWith("$s"))n++;else if(t.data.startsWith("/$s")&&!--n)return t}e&&e.push(t)}}function qn(t){t&&(t.__c&&(t.__c.__g|=4),t.__k&&t.__k.some(qn))}function $n(t,e,n){for(var r=0;r<n.length;)Xt(n[r++],n[r++],n[r++]);S.__c&&S.__c(e,t),t.some(function(o){try{t=o.__h,o.__h=[],t.some(function(s){s.call(o)})}catch(s){S.__e(s,o.__v)}})}function Fo(t,e,n,r,o,s,i,a,c,d){var m,p,g,l,y,f,k,C,h=n.props||_t,b=e.props,E=e.type;if(E=="svg"?o="http://www.w3.org/2000/svg":E=="math"?o="http://www.w3.org/1998/Math/MathML":o||(o="http://www.w3.org/1999/xhtml"),s){for(m=0;m<s.length;m++)if((y=s[m])&&(E?y.localName==E:y.nodeType==3)){t=y,s[m]=null;break}}if(!t){if(C=d.ownerDocument||document,!E)return C.createTextNode(b);t=C.createElementNS(o,E,b.is?b:d),a&&(S.__m&&S.__m(e,s),a=!1),s=null}if(E){if(d=E=="template"&&t.content||t,s=E=="textarea"&&b.defaultValue!=null?null:s&&Yt.call(d.childNodes),!a&&s)for(h={},m=0;m<t.attributes.length;m++)h[(y=t.attributes[m]).name]=y.value;for(m in h)y=h[m],m=="dangerouslySetInnerHTML"?g=y:m=="children"||m in b||m=="value"&&"defaultValue"in b||m=="checked"&&"defaultChecked"in b||yt(t,m,null,y,o);for(m in b)y=b[m],m=="children"?l=y:m=="dangerouslySetInnerHTML"?p=y:m=="value"?f=y:m=="checked"?k=y:a&&typeof y!="function"||h[m]===y||yt(t,m,y,h[m],o);p?(a||g&&(p.__html==g.__html||p.__html==t.innerHTML)||(t.innerHTML=p.__html),e.__k=[]):(g&&(t.textContent=""),(E=="foreignObject"||o=="http://www.w3.org/1998/Math/MathML"&&To.test(E))&&(o="http://www.w3.org/1999/xhtml"),Fn(d,Qt(l)?l:[l],e,n,r,o,s,i,s?s[0]:n.__k&&he(n,0),a,c),s&&s.some(ve)),a&&E!="textarea"||(m="value",E=="progress"&&f==null?t.removeAttribute(m):f==null||f===t[m]&&(E!="progress"||f)||yt(t,m,f,h[m],o),m="checked",k!=null&&k!=t[m]&&yt(t,m,k,h[m],o))}else h===b||a&&t.data==b||(t.data=b);return t}function Xt(t,e,n,r){try{typeof t=="function"?e?e.__x=t(e)||1:r&&(r=r.__c||r.__e)&&(e=r.__x)&&(r.__x=null,typeof e=="function"?e():t(null)):t.current=e}catch(o){S.__e(o,n)}}function Jt(t,e,n){var r,o,s,i;if(S.unmount&&S.unmount(t),!(r=t.ref)||r.current&&r.current!=t.__e||Xt(r,null,e,t),r=t.__c){if(r.componentWillUnmount)try{r.componentWillUnmount()}catch(a){S.__e(a,e)}r.__P=r.__n=null}if(r=t.__k)for(i=0;i<r.length;i++)r[i]&&Jt(r[i],e,typeof t.type!="function"||n&&!t.props.__P);!n&&(r=t.__c)&&(r=r.__z)&&(o=ht(r,s=[]))&&(r==t.__e&&s.some(ve),ve(o),ve(r)),n||ve(t.__e),t.__e=t.__c=t.__=null}function Oo(t,e,n){return this.constructor(t,n)}function Un(t,e){var n,r,o,s;S.__&&S.__(t,e),e.nodeType==9&&(e=e.documentElement),r=(n=t&&32&t.__u)?null:e.__k,e.__k=Qe(L,{children:[t]}),o=[],s=[],zt(e,e.__k,r||_t,_t,e.namespaceURI,r?null:e.firstChild?Yt.call(e.childNodes):null,o,r?r.__e:e.firstChild,n,s),$n(o,e.__k,s),e.__k.props.children=null}S={__e:function(t,e,n,r){for(var o,s,i;e=e.__;)if((o=e.__c)&&!(1&o.__g)){o.__g|=4;try{if((i=(s=o.constructor)&&s.getDerivedStateFromError)&&o.setState(s.getDerivedStateFromError(t)),o.componentDidCatch&&(o.componentDidCatch(t,r||{}),i=1),i&&8&o.__g)return void(o.__g|=2)}catch(a){t=a}}throw kt=0,t}},Mn=0,jt=function(t){return t!=null&&t.constructor===Ye},Ne.prototype.setState=function(t,e){var n=this.__s;n&&n!=this.state||(n=this.__s=Se({},this.state)),typeof t=="function"&&(t=t(Se({},n),this.props)),t&&(Se(n,t),this.__v&&(e&&this.__k.push(e),In(this)))},Ne.prototype.forceUpdate=function(t){this.__v&&(this.__g|=4,t&&this.__h.push(t),In(this))},Ne.prototype.render=L,fe=[],kt=0,Tn=function(t,e){return t.__v.__b-e.__v.__b},ft=Symbol(),Nn=/(PointerCapture)$|Capture$/i,Kt=0,Zt={},Mo=0;var De,B,en,Vn,tn=Object.is,Ct=0,zn=[],nn=[],N=S,Hn=N.__b,Gn=N.__r,Wn=N.diffed,Zn=N.__c,jn=N.unmount,Kn=N.__;function vt(t,e){N.__h&&N.__h(B,t,Ct||e),Ct=0;var n=B.__H||(B.__H={__:[],__h:[]});return t>=n.__.length&&n.__.push({}),n.__[t]}function M(t){return Ct=1,qo(Xn,t)}function qo(t,e,n){var r=vt(De++,2);if(r.t=t,!r.__c&&(r.__=[n?n(e):Xn(void 0,e),function(s){var i=(r.__N||r.__)[0],a=r.t(i,s);tn(i,a)||(r.__N=[a,r.__[1]],r.__c.setState({}))}],r.__c=B,!B.__f)){B.__f=!0;var o=B.shouldComponentUpdate;B.shouldComponentUpdate=function(s,i,a){var c=this.__H;if(!c)return!0;var d=!1,m=this.props!=s;if(c.__.some(function(g){g.__N&&(d=!0,tn(g.__[0],g.__N[0])||(m=!0))}),o){var p=o.call(this,s,i,a);return d?p||m:p}return!d||m}}return r.__}function q(t,e){var n=vt(De++,3);!N.__s&&on(n.__H,e)&&(n.__P=!0,n.__=t,n.u=e,B.__H.__h.push(n))}function ke(t,e){var n=vt(De++,4);!N.__s&&on(n.__H,e)&&(n.__P=!1,n.__=t,n.u=e,B.__h.push(n))}function Z(t){return Ct=5,Pe(function(){return{current:t}},[])}function Pe(t,e){var n=vt(De++,7);return on(n.__H,e)&&(n.__=t(),n.__H=e),n.__}function $o(){var t;do{for(;t=nn.shift();)try{ze(t)}catch(n){N.__e(n,{__:(t=t.__P)&&t.__v})}for(;t=zn.shift();){var e=t.__H;if(t.__P&&e)try{e.__h.some(ze),e.__h.some(rn),e.__h=[]}catch(n){e.__h=[],N.__e(n,t.__v)}}}while(nn.length)}N.__b=function(t){B=null,Hn&&Hn(t)},N.__=function(t,e){t&&e.__k&&e.__k.__m&&(t.__m=e.__k.__m),Kn&&Kn(t,e)},N.__r=function(t){Gn&&Gn(t),De=0;var e=(B=t.__c).__H;e&&(en==B?B.__h=[]:(e.__h.some(ze),e.__h.some(rn),De=0),e.__h=[],e.__.some(function(n){n.__N&&(n.__=n.__N),n.u=n.__N=void 0})),en=B},N.diffed=function(t){Wn&&Wn(t);var e=t.__c;e&&e.__H&&(e.__H.__h.length&&Yn(zn.push(e)),e.__H.__.some(function(n){n.u&&(n.__H=n.u)})),en=B=null},N.__c=function(t,e){e.some(function(n){try{n.__h.some(ze),n.__h=n.__h.filter(function(r){return!r.__||rn(r)})}catch(r){n.__h=[function(){throw r}]}}),Zn&&Zn(t,e)},N.unmount=function(t){jn&&jn(t);var e,n,r=t.__c;r&&r.__H&&(r.__H.__.some(function(o){try{if(o.__P&&o.__c){if(n===void 0){for(n=t.__;n&&(!n.__c||!n.__c.__P);)n=n.__;n=n&&n.__c}o.__P=n,Yn(nn.push(o))}else ze(o)}catch(s){e=s}}),r.__H=void 0,e&&N.__e(e,r.__v))};var Qn=typeof requestAnimationFrame=="function";function Uo(t){var e,n=function(){clearTimeout(r),Qn&&cancelAnimationFrame(e),setTimeout(t)},r=setTimeout(n,35);Qn&&(e=requestAnimationFrame(n))}function Yn(t){t!=1&&Vn==N.requestAnimationFrame||((Vn=N.requestAnimationFrame)||Uo)($o)}function ze(t){var e=B,n=t.__c;typeof n=="function"&&(t.__c=void 0,n()),B=e}function rn(t){var e=B;t.__c=t.__(),B=e}function on(t,e){return!t||t.length!=e.length||e.some(function(n,r){return!tn(n,t[r])})}function Xn(t,e){return typeof e=="function"?e(t):e}var re=class extends Error{name="Refused";code;outcome;constructor(e){super(e.message),this.code=e.code,this.outcome=e}};function Be(t,e){return t instanceof re&&t.outcome.__typename===e?t.outcome:void 0}var V=class extends Error{name="RequestFailed";code;extensions;constructor(e,n,r={}){super(n),this.code=e,this.extensions=r}},H=class extends Error{name="SessionEnded"},Xe=class extends Error{name="ConnectionEnded"};var F=class extends String{__apiType;value;__meta__;constructor(e,n){super(e),this.value=e,this.__meta__=n}toString(){return this.value}};var Jn=new F(`
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
}`),er=new F(`
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
}`),tr=new F(`
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
}`),nr=new F(`
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
}`),rr=new F(`
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
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`),or=new F(`
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
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`),sr=new F(`
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
  price {
    ...Money
  }
  totalSeats
  availableSeats
  lockedSeats
  bookedSeats
  version
}`),ar=new F(`
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
    startsAt
    timeZone
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
}`),ir=new F(`
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
    startsAt
    timeZone
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
}`),ur=new F(`
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
    startsAt
    timeZone
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
}`),cr=new F(`
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
    startsAt
    timeZone
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
}`),lr=new F(`
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
    startsAt
    timeZone
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
}`),dr=new F(`
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
    startsAt
    timeZone
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
}`);var gr=new F(`
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
}`),pr=new F(`
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
    startsAt
    timeZone
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
    startsAt
    timeZone
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
}`);var ge=class{#e=300;next(e=0){let n=e+this.#e*(1+Math.random())/2;return this.#e=Math.min(2*this.#e,15e3),n}};function Fe(t,e){return new Promise(n=>{let r=()=>{clearTimeout(o),e?.removeEventListener("abort",r),n()},o=setTimeout(r,t);e?.addEventListener("abort",r),e?.aborted&&r()})}var Vo=.9,Ho="seatlock session",St=class{#e;#t;#s=null;#i;#n;#a;constructor(e,n,r,o){this.#i=e,this.#n=n,this.#a=o,this.#e=r,this.#t=r?fr(r):1/0}get tokens(){return this.#e}async begin({accessToken:e,expiresAt:n,refreshToken:r}){let o={accessToken:e,expiresAt:n,refreshToken:r},s=this.#n?.(o);this.adopt(o),await s}adopt(e){if(this.#e=e,!e)return;let n=fr(e);this.#t=n>performance.now()?n:1/0}async end(){let e=this.#n?.(null);this.adopt(null),await e}async token(e=""){let n=this.#e;return n&&(n.accessToken===e||performance.now()>=this.#t)&&(this.#s??=this.#r(n).finally(()=>this.#s=null),await this.#s),this.#e?.accessToken??""}async#r(e){let n=this.#a,r=globalThis.navigator?.locks;if(!n||!r)return this.#o(e);await r.request(Ho,async()=>{let o=await n();if(o?.refreshToken===e.refreshToken)return this.#o(e);if(this.#e===e&&(this.adopt(o),!o))throw new H("You have signed out in another tab.")})}async#o(e){let n;try{n=await this.#i(e.refreshToken)}catch(r){throw r instanceof re?(this.#e===e&&await this.end(),new H(r.message)):r}this.#e===e&&await this.begin(n)}};function fr({expiresAt:t}){return performance.now()+Vo*(Date.parse(t)-Date.now())}var Go=15e3,Wo=25e3,Zo=["UNAVAILABLE","RATE_LIMITED","TOO_MANY_CONNECTIONS","REQUEST_TIMEOUT"],jo=[408,429,502,503,504];function an(t){let e=async r=>Y(n,tr,{input:{refreshToken:r}},{signedIn:!1,patience:Wo}),n={options:t,session:new St(e,t.onTokens,t.tokens??null,t.stored)};return n}function Oe(){return crypto.randomUUID()}async function Y(t,e,n,r){let[o]=Object.values(await xe(t,e,n,r));if("code"in o)throw new re(o);return o}async function xe(t,e,n,{signedIn:r=!0,patience:o=t.options.patience??6e4,attempts:s={lost:!1}}={}){let i=performance.now()+o,[a,c]=[new ge,JSON.stringify({query:e.toString(),variables:n})];for(let d="";;){let m=r?await t.session.token(d):"",[p,g]=await Ko(t.options.url,c,m),l=xt(p);if(!l)return p.data;if(s.lost||=l.code==="UNAVAILABLE",l.code==="UNAUTHENTICATED"&&m&&!d){d=m;continue}let y=a.next(cn(l)*1e3||g);if(!un(l)||performance.now()+y>i)throw l;await Fe(y)}}async function Ko(t,e,n){let r={Accept:"application/graphql-response+json, application/json","Content-Type":"application/json",...n&&{Authorization:`Bearer ${n}`}},[o,s,i]=["UNAVAILABLE","",0];try{let a=await fetch(t,{method:"POST",headers:r,body:e,signal:AbortSignal.timeout(Go)}),{status:c}=a;i=1e3*(Number(a.headers.get("Retry-After"))||0),s=`HTTP ${c}`,c>=400&&c<500&&!jo.includes(c)&&(o=`HTTP_${c}`);let d=await a.json();if(d&&typeof d=="object"&&("data"in d||"errors"in d))return[d,i]}catch(a){s||=String(a)}return[{errors:[{message:s,extensions:{code:o}}]},i]}function xt({errors:t}){let[e]=t??[];return e&&new V(String(e.extensions?.code??"UNKNOWN"),e.message,e.extensions)}function un({code:t}){return Zo.includes(t)}function cn({extensions:t}){return Number(t.retryAfterSeconds)||0}async function hr(t,e={}){return ln((await xe(t,rr,e)).events)}async function kr(t,e,{map:n=!0}={}){return(await xe(t,or,{id:e,map:n})).event}async function _r(t,e){return(await xe(t,mr,{id:e})).seatLock}async function br(t,e={}){return ln((await xe(t,gr,e)).viewer).seatLocks}async function Cr(t,e={}){return ln((await xe(t,pr,e)).viewer).bookings}function ln(t){if(t===null)throw new V("UNAUTHENTICATED","Sign in first.");return t}async function vr(t,e){let{eventId:n,seats:r,accessCode:o,key:s=Oe()}=e,i={eventId:n,selection:Qo(r),accessCode:o,idempotencyKey:s};return Y(t,ar,{input:i})}function Qo(t){return typeof t=="number"?{quantity:{count:t}}:Yo(t)?{seats:[...t]}:t}function Yo(t){return Array.isArray(t)}async function Sr(t,e){let n={lost:!1};try{return(await Y(t,ir,{input:{lockId:e}},{attempts:n})).lock}catch(r){let o=n.lost&&Be(r,"LimitExceeded")?await _r(t,e):null;if(!o)throw r;return o}}async function xr(t,e){return(await Y(t,ur,{input:{lockId:e}})).lock}async function Ar(t,e){return(await Y(t,cr,{input:{lockId:e}})).booking}async function wr(t,e){let{key:n=Oe(),...r}=e;for(let o=new ge;;)try{return await Y(t,lr,{input:{...r,idempotencyKey:n}})}catch(s){if(Be(s,"PaymentTimedOut")?.booking.status!=="PAYMENT_PENDING")throw s;await Fe(o.next())}}async function Er(t,e,n){return Y(t,dr,{input:{bookingId:e,reason:n}})}function z(t){return t===null?"null":Array.isArray(t)?"array":typeof t}function _e(t){return z(t)==="object"}function zo(t){return Array.isArray(t)&&t.length>0&&t.every(e=>"message"in e)}function dn(t,e){return t.length<124?t:e}var Lr="graphql-transport-ws";var J=(t=>(t[t.InternalServerError=4500]="InternalServerError",t[t.InternalClientError=4005]="InternalClientError",t[t.BadRequest=4400]="BadRequest",t[t.BadResponse=4004]="BadResponse",t[t.Unauthorized=4401]="Unauthorized",t[t.Forbidden=4403]="Forbidden",t[t.SubprotocolNotAcceptable=4406]="SubprotocolNotAcceptable",t[t.ConnectionInitialisationTimeout=4408]="ConnectionInitialisationTimeout",t[t.ConnectionAcknowledgementTimeout=4504]="ConnectionAcknowledgementTimeout",t[t.SubscriberAlreadyExists=4409]="SubscriberAlreadyExists",t[t.TooManyInitialisationRequests=4429]="TooManyInitialisationRequests",t))(J||{}),ee=(t=>(t.ConnectionInit="connection_init",t.ConnectionAck="connection_ack",t.Ping="ping",t.Pong="pong",t.Subscribe="subscribe",t.Next="next",t.Error="error",t.Complete="complete",t))(ee||{});function Ir(t){if(!_e(t))throw new Error(`Message is expected to be an object, but got ${z(t)}`);if(!t.type)throw new Error("Message is missing the 'type' property");if(typeof t.type!="string")throw new Error(`Message is expects the 'type' property to be a string, but got ${z(t.type)}`);switch(t.type){case"connection_init":case"connection_ack":case"ping":case"pong":{if(t.payload!=null&&!_e(t.payload))throw new Error(`"${t.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${t.payload}"`);break}case"subscribe":{if(typeof t.id!="string")throw new Error(`"${t.type}" message expects the 'id' property to be a string, but got ${z(t.id)}`);if(!t.id)throw new Error(`"${t.type}" message requires a non-empty 'id' property`);if(!_e(t.payload))throw new Error(`"${t.type}" message expects the 'payload' property to be an object, but got ${z(t.payload)}`);if(typeof t.payload.query!="string")throw new Error(`"${t.type}" message payload expects the 'query' property to be a string, but got ${z(t.payload.query)}`);if(t.payload.variables!=null&&!_e(t.payload.variables))throw new Error(`"${t.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${z(t.payload.variables)}`);if(t.payload.operationName!=null&&z(t.payload.operationName)!=="string")throw new Error(`"${t.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${z(t.payload.operationName)}`);if(t.payload.extensions!=null&&!_e(t.payload.extensions))throw new Error(`"${t.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${z(t.payload.extensions)}`);break}case"next":{if(typeof t.id!="string")throw new Error(`"${t.type}" message expects the 'id' property to be a string, but got ${z(t.id)}`);if(!t.id)throw new Error(`"${t.type}" message requires a non-empty 'id' property`);if(!_e(t.payload))throw new Error(`"${t.type}" message expects the 'payload' property to be an object, but got ${z(t.payload)}`);break}case"error":{if(typeof t.id!="string")throw new Error(`"${t.type}" message expects the 'id' property to be a string, but got ${z(t.id)}`);if(!t.id)throw new Error(`"${t.type}" message requires a non-empty 'id' property`);if(!zo(t.payload))throw new Error(`"${t.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(t.payload)}`);break}case"complete":{if(typeof t.id!="string")throw new Error(`"${t.type}" message expects the 'id' property to be a string, but got ${z(t.id)}`);if(!t.id)throw new Error(`"${t.type}" message requires a non-empty 'id' property`);break}default:throw new Error(`Invalid message 'type' property "${t.type}"`)}return t}function Rr(t,e){return Ir(typeof t=="string"?JSON.parse(t,e):t)}function qe(t,e){return Ir(t),JSON.stringify(t,e)}function gn(t){let{url:e,connectionParams:n,lazy:r=!0,onNonLazyError:o=console.error,lazyCloseTimeout:s=0,keepAlive:i=0,disablePong:a,connectionAckWaitTimeout:c=0,retryAttempts:d=5,retryWait:m=async function(R){let _=Math.pow(2,R);await new Promise(A=>setTimeout(A,_*1e3+Math.floor(Math.random()*2700+300)))},shouldRetry:p=mn,on:g,webSocketImpl:l,generateID:y=function(){return"xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g,R=>{let _=Math.random()*16|0;return(R=="x"?_:_&3|8).toString(16)})},jsonMessageReplacer:f,jsonMessageReviver:k}=t,C;if(l){if(!Jo(l))throw new Error("Invalid WebSocket implementation provided");C=l}else typeof WebSocket<"u"?C=WebSocket:typeof global<"u"?C=global.WebSocket||global.MozWebSocket:typeof window<"u"&&(C=window.WebSocket||window.MozWebSocket);if(!C)throw new Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");let h=C,b=(()=>{let v=(()=>{let _={};return{on(A,D){return _[A]=D,()=>{delete _[A]}},emit(A){"id"in A&&_[A.id]?.(A)}}})(),R={connecting:g?.connecting?[g.connecting]:[],opened:g?.opened?[g.opened]:[],connected:g?.connected?[g.connected]:[],ping:g?.ping?[g.ping]:[],pong:g?.pong?[g.pong]:[],message:g?.message?[v.emit,g.message]:[v.emit],closed:g?.closed?[g.closed]:[],error:g?.error?[g.error]:[]};return{onMessage:v.on,on(_,A){let D=R[_];return D.push(A),()=>{let P=D.indexOf(A);P>-1&&D.splice(P,1)}},emit(_,...A){for(let D of[...R[_]])D(...A)}}})();function E(v){let R=[b.on("error",_=>{R.forEach(A=>A()),v(_)}),b.on("closed",_=>{R.forEach(A=>A()),v(_)})];return()=>R.forEach(_=>_())}let se,ae=0,ye,X=!1,Ce=0,ie=!1;async function ue(){clearTimeout(ye);let[v,R]=await(se??(se=new Promise((D,P)=>(async()=>{if(X){if(await m(Ce),!ae)return se=void 0,P({code:1e3,reason:"All Subscriptions Gone"});Ce++}b.emit("connecting",X);let x=new h(typeof e=="function"?await e():e,Lr),de,Re;function pt(){isFinite(i)&&i>0&&(clearTimeout(Re),Re=setTimeout(()=>{x.readyState===h.OPEN&&(x.send(qe({type:ee.Ping})),b.emit("ping",!1,void 0))},i))}E(W=>{se=void 0,clearTimeout(de),clearTimeout(Re),P(W),W instanceof Je&&(x.close(4499,"Terminated"),x.onerror=null,x.onclose=null)}),x.onerror=W=>b.emit("error",W),x.onclose=W=>b.emit("closed",W),x.onopen=async()=>{try{b.emit("opened",x);let W=typeof n=="function"?await n():n;if(x.readyState!==h.OPEN)return;x.send(qe(W?{type:ee.ConnectionInit,payload:W}:{type:ee.ConnectionInit},f)),isFinite(c)&&c>0&&(de=setTimeout(()=>{x.close(J.ConnectionAcknowledgementTimeout,"Connection acknowledgement timeout")},c)),pt()}catch(W){b.emit("error",W),x.close(J.InternalClientError,dn(W instanceof Error?W.message:String(W),"Internal client error"))}};let Me=!1;x.onmessage=({data:W})=>{try{let U=Rr(W,k);if(b.emit("message",U),U.type==="ping"||U.type==="pong"){b.emit(U.type,!0,U.payload),U.type==="pong"?pt():a||(x.send(qe(U.payload?{type:ee.Pong,payload:U.payload}:{type:ee.Pong},f)),b.emit("pong",!1,U.payload));return}if(Me)return;if(U.type!==ee.ConnectionAck)throw new Error(`First message cannot be of type ${U.type}`);clearTimeout(de),Me=!0,b.emit("connected",x,U.payload,X),X=!1,Ce=0;let Ln=new Promise((Ws,Io)=>E(Io));Ln.catch(()=>{}),D([x,Ln])}catch(U){x.onmessage=null,b.emit("error",U),x.close(J.BadResponse,dn(U instanceof Error?U.message:String(U),"Bad response"))}}})())));v.readyState===h.CLOSING&&await R;let _=()=>{},A=new Promise(D=>_=D);return[v,_,new Promise((D,P)=>{let x=E(P);v.readyState!==h.OPEN&&R.catch(P),A.then(()=>{if(x(),!ae){let de=()=>v.close(1e3,"Normal Closure");isFinite(s)&&s>0?(clearTimeout(ye),ye=setTimeout(()=>{!ae&&v.readyState===h.OPEN&&de()},s)):de()}D()})})]}function ne(v){if(mn(v)&&(Xo(v.code)||[J.InternalServerError,J.InternalClientError,J.BadRequest,J.BadResponse,J.Unauthorized,J.SubprotocolNotAcceptable,J.SubscriberAlreadyExists,J.TooManyInitialisationRequests].includes(v.code)))throw v;if(ie)return!1;if(mn(v)&&v.code===1e3)return ae>0;if(!d||Ce>=d||!p(v))throw v;return X=!0}r||(async()=>{for(ae++;;)try{let[,,v]=await ue();await v}catch(v){try{if(!ne(v))return}catch(R){return o?.(R)}}})();function Q(v,R){let _=y(v),A=!1,D=!1,P=()=>{ae--,A=!0};return(async()=>{for(ae++;;)try{let[x,de,Re]=await ue();if(A)return Re.catch(()=>{}),de();let pt=b.onMessage(_,Me=>{switch(Me.type){case ee.Next:{R.next(Me.payload);return}case ee.Error:{D=!0,A=!0,R.error(Me.payload),P();return}case ee.Complete:{A=!0,P();return}}});x.send(qe({id:_,type:ee.Subscribe,payload:v},f)),P=()=>{!A&&x.readyState===h.OPEN&&x.send(qe({id:_,type:ee.Complete},f)),ae--,A=!0,de()},await Re.finally(pt);return}catch(x){if(!ne(x))return}})().then(()=>{D||R.complete()}).catch(x=>{R.error(x)}),()=>{A||P()}}return{on:b.on,subscribe:Q,iterate(v){let R=[],_={done:!1,error:null,resolve:()=>{}},A=Q(v,{next(P){R.push(P),_.resolve()},error(P){_.done=!0,_.error=P,_.resolve()},complete(){_.done=!0,_.resolve()}}),D=(async function*(){for(;;){for(R.length||await new Promise(x=>_.resolve=x);R.length;)yield R.shift();if(_.error)throw _.error;if(_.done)return}})();return D.throw=async P=>(_.done||(_.done=!0,_.error=P,_.resolve()),{done:!0,value:void 0}),D.return=async()=>(A(),{done:!0,value:void 0}),D},async dispose(){if(ie=!0,se){let[v]=await se;v.close(1e3,"Normal Closure")}},terminate(){se&&b.emit("closed",new Je)}}}var Je=class extends Error{name="TerminatedCloseEvent";message="4499: Terminated";code=4499;reason="Terminated";wasClean=!1};function mn(t){return _e(t)&&"code"in t&&"reason"in t}function Xo(t){return[1e3,1001,1006,1005,1012,1013,1014].includes(t)?!1:t>=1e3&&t<=1999}function Jo(t){return typeof t=="function"&&"constructor"in t&&"CLOSED"in t&&"CLOSING"in t&&"CONNECTING"in t&&"OPEN"in t}var es=3e4,ts=15e3,Mr=4403,ns=1009;function Dr({url:t,token:e,silence:n=es,...r}){let[o,s,i,a]=["","",!0,!1],c,d=gn({url:t.replace(/^http/,"ws"),connectionParams:async()=>{if(o=await e(s),s&&o===s)throw new Error("The access token is not valid; sign in again.");return o?{Authorization:`Bearer ${o}`}:{}},retryAttempts:1/0,retryWait:l=>{let y=Math.min(500*2**l,ts);return new Promise(f=>setTimeout(f,y*(.5+Math.random()/2)))},shouldRetry:l=>{let y=Nr(l);return y===void 0?!(l instanceof Error):y===Mr?i:y!==ns},...r}),m=()=>{clearTimeout(c),c=setTimeout(()=>d.terminate(),n)};d.on("connecting",m),d.on("connected",()=>[s,a]=["",!1]),d.on("closed",l=>{clearTimeout(c),Nr(l)===Mr&&(i=o!==""&&!s,s=o)}),d.on("error",()=>clearTimeout(c)),d.on("message",l=>{m(),l.type==="error"&&Tr(l.payload)&&p()});let p=()=>{a||(a=!0,s=o,d.terminate())};return{...d,subscribe:(l,y)=>{let f=!1,k=()=>d.subscribe(l,{complete:()=>y.complete(),next:h=>{f=!1,y.next(h)},error:h=>{if(f||!Tr(h))return y.error(h);f=!0,p(),C=k()}}),C=k();return()=>C()}}}var Tr=t=>Array.isArray(t)&&t.some(({extensions:e})=>e?.code==="UNAUTHENTICATED"),Nr=t=>t.code;function pn(t){let[e]=Array.isArray(t)?t:[t],{message:n,reason:r,code:o}=e??{};return n||r||(o?`The connection was closed with ${o}.`:"The server cannot be reached.")}async function*At(t,{eventId:e,rows:n=!0,labels:r=!1,whole:o=!1,signal:s}){let i=Br(t,sr,{event:e,rows:n,labels:r,whole:o},s);for await(let{seatAvailability:a}of i)yield a}async function*Pr(t,{bookingId:e,signal:n}){for await(let{bookingStatus:r}of Br(t,yr,{booking:e},n))yield r}async function*Br(t,e,n,r){let o={query:e.toString(),variables:{...n}},[s,i]=[new ge,!1];for(;!r?.aborted;){let a=0,c=rs(t).iterate(o),d=()=>{c.return?.()};r?.addEventListener("abort",d);try{for await(let m of c){let p=xt(m);if(p)throw p;yield m.data,[s,i]=[new ge,!1]}}catch(m){let p=Array.isArray(m)?xt({errors:m}):m;if(p instanceof H)throw p;if(!(p instanceof V))throw new Xe(pn(p));if(!(p.code==="UNAUTHENTICATED"&&t.session.tokens&&!i)&&!un(p)&&p.code!=="INTERNAL")throw p;[i,a]=[p.code==="UNAUTHENTICATED",1e3*cn(p)],t.options.onLost?.(p.message)}finally{r?.removeEventListener("abort",d)}await Fe(s.next(a),r)}}function rs(t){let{url:e,silence:n,webSocketImpl:r,onLost:o}=t.options;return t.socket??=Dr({url:e,token:s=>t.session.token(s),...n&&{silence:n},...r?{webSocketImpl:r}:{},on:{closed:s=>s.code===1e3||o?.(pn(s))}})}async function Fr(t,e){let n={lost:!1};try{let r=await Y(t,Jn,{input:e},{signedIn:!1,attempts:n});return await t.session.begin(r),r.user}catch(r){if(!(r instanceof re&&r.code==="EMAIL_TAKEN"&&n.lost))throw r;return yn(t,e)}}async function yn(t,{email:e,password:n}){let r=await Y(t,er,{input:{email:e,password:n}},{signedIn:!1});return await t.session.begin(r),r.user}async function Or(t,{everywhere:e=!1}={}){let{tokens:n}=t.session;if(!n)return 0;let r={refreshToken:n.refreshToken,everywhere:e},{sessionsEnded:o}=await Y(t,nr,{input:r},{signedIn:!1});return t.session.tokens===n&&await t.session.end(),o}var os=Symbol.for("preact-signals");function It(){if(pe>1)pe--;else{var t,e=!1;for((function(){var o=Et;for(Et=void 0;o!==void 0;){var s=o.S;if(s.v===o.v)for(var i=s.t;i!==void 0;i=i.x)i.i===o.i&&(i.i=s.i);o=o.o}})();tt!==void 0;){var n=tt;for(tt=void 0,wt++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&$r(n))try{n.c()}catch(o){e||(t=o,e=!0)}n=r}}if(wt=0,pe--,e)throw t}}function Ae(t){if(pe>0)return t();fn=++ss,pe++;try{return t()}finally{It()}}var et,T=void 0;function nt(t){var e=T,n=et;T=void 0,et=void 0;try{return t()}finally{T=e,et=n}}var tt=void 0,pe=0,wt=0,ss=0,fn=0,Et=void 0,Lt=0;function qr(t){if(T!==void 0){var e=t.n;if(e===void 0||e.t!==T)return e={i:0,S:t,p:T.s,n:void 0,t:T,e:void 0,x:void 0,r:e},T.s!==void 0&&(T.s.n=e),T.s=e,t.n=e,32&T.f&&t.S(e),e;if(e.i===-1)return e.i=0,e.n!==void 0&&(e.n.p=e.p,e.p!==void 0&&(e.p.n=e.n),e.p=T.s,e.n=void 0,T.s.n=e,T.s=e),e}}function O(t,e){this.v=t,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=e?.watched,this.Z=e?.unwatched,this.name=e?.name}O.prototype.brand=os;O.prototype.h=function(){return!0};O.prototype.S=function(t){var e=this,n=this.t;n!==t&&t.e===void 0&&(t.x=n,this.t=t,n!==void 0?n.e=t:nt(function(){var r;(r=e.W)==null||r.call(e)}))};O.prototype.U=function(t){var e=this;if(this.t!==void 0){var n=t.e,r=t.x;n!==void 0&&(n.x=r,t.e=void 0),r!==void 0&&(r.e=n,t.x=void 0),t===this.t&&(this.t=r,r===void 0&&nt(function(){var o;(o=e.Z)==null||o.call(e)}))}};O.prototype.subscribe=function(t){var e=this;return ce(function(){var n=e.value;nt(function(){return t(n)})},{name:"sub"})};O.prototype.valueOf=function(){return this.value};O.prototype.toString=function(){return this.value+""};O.prototype.toJSON=function(){return this.value};O.prototype.peek=function(){var t=this;return nt(function(){return t.value})};Object.defineProperty(O.prototype,"value",{get:function(){var t=qr(this);return t!==void 0&&(t.i=this.i),this.v},set:function(t){if(t!==this.v){if(wt>100)throw new Error("Cycle detected");(function(n){pe!==0&&wt===0&&n.l!==fn&&(n.l=fn,Et={S:n,v:n.v,i:n.i,o:Et})})(this),this.v=t,this.i++,Lt++,pe++;try{for(var e=this.t;e!==void 0;e=e.x)e.t.N()}finally{It()}}}});function I(t,e){return new O(t,e)}function $r(t){for(var e=t.s;e!==void 0;e=e.n)if(e.S.i!==e.i||!e.S.h()||e.S.i!==e.i)return!0;return!1}function Ur(t){for(var e=t.s;e!==void 0;e=e.n){var n=e.S.n;if(n!==void 0&&(e.r=n),e.S.n=e,e.i=-1,e.n===void 0){t.s=e;break}}}function Vr(t){for(var e=t.s,n=void 0;e!==void 0;){var r=e.p;e.i===-1?(e.S.U(e),r!==void 0&&(r.n=e.n),e.n!==void 0&&(e.n.p=r)):n=e,e.S.n=e.r,e.r!==void 0&&(e.r=void 0),e=r}t.s=n}function we(t,e){O.call(this,void 0,e),this.x=t,this.s=void 0,this.g=Lt-1,this.f=4}we.prototype=new O;we.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Lt))return!0;if(this.g=Lt,this.f|=1,this.i>0&&!$r(this))return this.f&=-2,!0;var t=T;try{Ur(this),T=this;var e=this.x();(16&this.f||this.v!==e||this.i===0)&&(this.v=e,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return T=t,Vr(this),this.f&=-2,!0};we.prototype.S=function(t){if(this.t===void 0){this.f|=36;for(var e=this.s;e!==void 0;e=e.n)e.S.S(e)}O.prototype.S.call(this,t)};we.prototype.U=function(t){if(this.t!==void 0&&(O.prototype.U.call(this,t),this.t===void 0)){this.f&=-33;for(var e=this.s;e!==void 0;e=e.n)e.S.U(e)}};we.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var t=this.t;t!==void 0;t=t.x)t.t.N()}};Object.defineProperty(we.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var t=qr(this);if(this.h(),t!==void 0&&(t.i=this.i),16&this.f)throw this.v;return this.v}});function Rt(t,e){return new we(t,e)}function Hr(t){var e=t.j;if(t.j=void 0,typeof e=="function"){pe++;var n=T;T=void 0;try{e()}catch(r){throw t.f&=-2,t.f|=8,hn(t),r}finally{T=n,It()}}}function hn(t){for(var e=t.s;e!==void 0;e=e.n)e.S.U(e);t.x=void 0,t.s=void 0,Hr(t)}function as(t){if(T!==this)throw new Error("Out-of-order effect");Vr(this),T=t,this.f&=-2;try{8&this.f&&hn(this)}finally{It()}}function $e(t,e){this.x=t,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=e?.name,et&&et.push(this)}$e.prototype.c=function(){var t=this.S();try{if(8&this.f||this.x===void 0)return;var e=this.x();typeof e=="function"&&(this.j=e)}finally{t()}};$e.prototype.S=function(){if(1&this.f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,Hr(this),Ur(this),pe++;var t=T;return T=this,as.bind(this,t)};$e.prototype.N=function(){2&this.f||(this.f|=2,this.u=tt,tt=this)};$e.prototype.d=function(){this.f|=8,1&this.f||hn(this)};$e.prototype.dispose=function(){this.d()};function ce(t,e){var n=new $e(t,e);try{n.c()}catch(o){throw n.d(),o}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var Gr,Tt,Mt,is=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var Wr=[];ce(function(){Gr=this.N})();function Ue(t,e){S[t]=e.bind(null,S[t]||function(){})}function rt(t){if(Mt){var e=Mt;Mt=void 0,e()}Mt=t&&t.S()}function Zr(t){var e=this,n=t.data,r=cs(n);r.name="ReactiveDom",r.value=n;var o=Pe(function(){for(var a=e,c=e.__v;c=c.__;)if(c.__c){c.__c.__$f|=4;break}var d=Rt(function(){var l=r.value.value;return l===0?0:l===!0?"":l||""}),m=Rt(function(){return!Array.isArray(d.value)&&!jt(d.value)}),p=ce(function(){if(this.N=jr,m.value){var l=d.value;a.__v&&a.__v.__e&&a.__v.__e.nodeType===3&&(a.__v.__e.data=l)}}),g=e.__$u.d;return e.__$u.d=function(){p(),g.call(this)},[m,d]},[]),s=o[0],i=o[1];return s.value?i.peek():i.value}Zr.displayName="ReactiveTextNode";Object.defineProperties(O.prototype,{constructor:{configurable:!0,value:Dn(L,null).constructor},type:{configurable:!0,value:Zr},props:{configurable:!0,get:function(){var t=this;return{data:{get value(){return t.value}}}}},__b:{configurable:!0,value:1}});Ue("__b",function(t,e){if(rt(),Tt=void 0,typeof e.type=="string"){var n,r=e.props;for(var o in r)if(o!=="children"){var s=r[o];s instanceof O&&(n||(e.__np=n={}),n[o]=s,r[o]=s.peek())}}t(e)});Ue("__r",function(t,e){if(t(e),e.type!==L){rt();var n,r=e.__c;r&&(r.__$f&=-2,(n=r.__$u)===void 0&&(r.__$u=n=(function(o,s){var i;return ce(function(){i=this},{name:s}),i.c=o,i})((function(o){return function(){var s;is&&((s=this.y)==null||s.call(this)),o.__$f|=1,o.setState({})}})(r),typeof e.type=="function"?e.type.displayName||e.type.name:""))),Tt=r,rt(n)}});Ue("__e",function(t,e,n,r){rt(),Tt=void 0,t(e,n,r)});Ue("diffed",function(t,e){rt(),Tt=void 0;var n;if(typeof e.type=="string"&&(n=e.__e)){var r=e.__np,o=e.props,s=n.U;if(s)for(var i in s){var a=s[i];a===void 0||r&&i in r||(a.d(),s[i]=void 0)}if(r){s||(s={},n.U=s);for(var c in r){var d=s[c],m=r[c];d===void 0?(d=us(n,c,m,o),s[c]=d):d.o(m,o)}}}t(e)});function us(t,e,n,r){var o=e in t&&t.ownerSVGElement===void 0,s=I(n);return{o:function(i,a){s.value=i,r=a},d:ce(function(){this.N=jr;var i=s.value.value;r[e]!==i&&(r[e]=i,o?t[e]=i:i!=null&&(i!==!1||e[4]==="-")?t.setAttribute(e,i):t.removeAttribute(e))})}}Ue("unmount",function(t,e){if(typeof e.type=="string"){var n=e.__e;if(n){var r=n.U;if(r){n.U=void 0;for(var o in r){var s=r[o];s&&s.d()}}}var i=e.__np;if(i){var a=e.props;for(var c in i)a[c]=i[c]}e.__np=void 0}else{var d=e.__c;if(d){d.__$f|=8;var m=d.__$u;m&&(d.__$u=void 0,m.d())}}t(e)});Ue("__h",function(t,e,n,r){r<3&&(e.__$f|=2),t(e,n,r)});Ne.prototype.shouldComponentUpdate=function(t,e){if(this.__R)return!0;var n=this.__$u,r=n&&n.s!==void 0;for(var o in e)return!0;if(this.__f||typeof this.u=="boolean"&&this.u===!0){var s=2&this.__$f;if(!(r||s||4&this.__$f)||1&this.__$f)return!0}else if(!(r||4&this.__$f)||3&this.__$f)return!0;for(var i in t)if(i!=="__source"&&t[i]!==this.props[i])return!0;for(var a in this.props)if(!(a in t))return!0;return!1};function cs(t,e){return Pe(function(){return I(t,e)},[])}var ls=function(t){queueMicrotask(function(){queueMicrotask(t)})};function ds(){Ae(function(){for(var t;t=Wr.shift();)Gr.call(t)})}function jr(){Wr.push(this)===1&&(S.requestAnimationFrame||ls)(ds)}var Ve=1/0,j=I(Date.now());function ot(t){let e=Ve===1/0;Ve=Math.min(Ve,Date.now()-Date.parse(t)),e&&kn()}function kn(){j.value=Date.now()-(Number.isFinite(Ve)?Ve:0)}async function Kr(){try{let{headers:t}=await fetch(location.pathname,{method:"HEAD",cache:"no-store"}),e=t.get("Date");if(!e)return;Ve=1/0,ot(e)}catch{}}var Qr=Kr();setInterval(kn,1e3);document.addEventListener("visibilitychange",()=>{kn(),document.visibilityState==="visible"&&Kr()});var _n=null;document.addEventListener("focusin",({target:t})=>_n=t);function bn(t){_n&&!_n.isConnected&&document.activeElement===document.body&&t?.focus()}function Nt(t){let e=Z(null);return ke(()=>bn(e.current),[t]),e}var Cn=navigator.language,Ee=[Cn,Cn.split(/[@.]/)[0]].find(ms)??"en";Ee!==Cn&&Object.defineProperty(navigator,"language",{value:Ee});function ms(t){try{return Intl.getCanonicalLocales(t).length>0}catch{return!1}}var Yr=Intl.DateTimeFormat().resolvedOptions().timeZone;function G({amount:t,currencyCode:e}){let n=t;return new Intl.NumberFormat(Ee,{style:"currency",currency:e}).format(n)}function zr(t){let[e]=t;if(!e)return null;let n=Math.max(...t.map(({money:{amount:a}})=>(a.split(".")[1]??"").length)),r=a=>{let[c,d=""]=a.split(".");return BigInt(c+d.padEnd(n,"0"))},s=t.reduce((a,{money:{amount:c},count:d})=>a+r(c)*BigInt(d),0n).toString().padStart(n+1,"0");return{amount:n?`${s.slice(0,-n)}.${s.slice(-n)}`:s,currencyCode:e.money.currencyCode}}var vn={weekday:"short",day:"numeric",month:"short"},Xr={hour:"2-digit",minute:"2-digit"},Sn={...Xr,timeZoneName:"short"};function be(t,e){let n=new Date(t),r=(m,p)=>new Intl.DateTimeFormat(Ee,{...p,timeZone:m}).format(n),o=m=>[r(Yr,m),r(e,m)],[[s,i],[a,c]]=[o(vn),o(Xr)],d=r(Yr,{...vn,...Sn,year:"numeric"});return s!==i?`${d} (${r(e,{...vn,...Sn})})`:a===c?d:`${d} (${r(e,Sn).replaceAll(" ","\xA0")})`}function Jr(t){return new Intl.DateTimeFormat(Ee,{day:"numeric",month:"short",year:"numeric"}).format(t)}function He(t,e){let n=Math.max(0,Math.ceil((t-e)/1e3)),[r,o,s]=[Math.floor(n/86400),Math.floor(n/3600)%24,Math.floor(n/60)%60],i=c=>String(c).padStart(2,"0"),a=o||r?`${o}:${i(s)}:${i(n%60)}`:`${s}:${i(n%60)}`;return r?`${r} d ${a}`:a}function Le(t){return t===1?"1 seat":`${t.toLocaleString(Ee)} seats`}function st(t){return t.map(e=>e.seats.length?e.seats.join(", "):`${e.quantity} \xD7 ${e.section}`).join(", ")}function eo(){return location.hash.replace(/^#\/?/,"").split("/").map(gs)}function gs(t){try{return decodeURIComponent(t)}catch{return t}}function to(){let[t,e]=eo();return t==="events"&&e?{page:"event",id:e}:t==="bookings"?e?{page:"booking",id:e}:{page:"bookings"}:{page:"events"}}var Dt=I(to());addEventListener("hashchange",()=>{Dt.value=to(),scrollTo(0,0)});var Ge="#/",no="#/bookings",Pt=t=>`#/events/${encodeURIComponent(t)}`,at=t=>`#/bookings/${encodeURIComponent(t)}`;function ro(t){location.hash=t}var xn="session",Bt=class{#e;constructor(e){this.#e=e}known(){let e=localStorage.getItem(this.#e);return e?JSON.parse(e):null}async keep(e){e?localStorage.setItem(this.#e,JSON.stringify(e)):localStorage.removeItem(this.#e),await oo("readwrite",n=>n.put(e,this.#e))}async newest(){let e=await oo("readonly",n=>n.get(this.#e));return e===void 0?this.known():e}};async function oo(t,e){try{let n=(await ys()).transaction(xn,t),r=e(n.objectStore(xn));return await new Promise((o,s)=>{n.oncomplete=o,n.onabort=()=>s(n.error)}),r.result}catch{return}}var ps;function ys(){return ps??=new Promise((t,e)=>{let n=indexedDB.open("seatlock",1);n.onupgradeneeded=()=>n.result.createObjectStore(xn),n.onsuccess=()=>t(n.result),n.onerror=()=>e(n.error)})}var We="seatlock.name",Ft=new Bt("seatlock.tokens"),Ze=I(localStorage.getItem(We)),oe=I(0),le=I(!1),it=I("");function $(t){it.value=t}var w=an({url:new URL("/graphql",location.href).href,tokens:Ft.known(),stored:()=>Ft.newest(),onTokens:t=>(t||fs(),Ft.keep(t)),onLost:()=>le.value=!0});function fs(){localStorage.removeItem(We),Ze.value=null,it.value=""}function Ot(){let t=Ft.known(),e=w.session.tokens;t?.refreshToken!==e?.refreshToken&&w.session.adopt(t),Ze.value=localStorage.getItem(We),e&&!t&&(it.value="")}var so=new BroadcastChannel("seatlock");so.onmessage=()=>oe.value++;addEventListener("storage",({key:t})=>t!==We&&(Ot(),oe.value++));addEventListener("storage",({key:t})=>t===We&&Ot());addEventListener("pageshow",({persisted:t})=>t&&(Ot(),oe.value++));document.addEventListener("visibilitychange",()=>document.visibilityState==="visible"&&Ot());function ut(){so.postMessage("changed")}async function ao(t){uo((await yn(w,t)).name)}async function io(t){uo((await Fr(w,t)).name)}function uo(t){localStorage.setItem(We,t),Ze.value=t,oe.value++}async function co(){let t=Or(w);await w.session.end();for(let e of Object.keys(sessionStorage))e.startsWith("seatlock.")&&sessionStorage.removeItem(e);oe.value++,await t.catch(()=>{})}function ct(t){let e=`seatlock.key ${t}`,n=sessionStorage.getItem(e)??Oe();return sessionStorage.setItem(e,n),n}function Ie(t){sessionStorage.removeItem(`seatlock.key ${t}`)}var te=I(null);async function lt(t,e){if(te.value===null){te.value=t,Te();try{await e()}finally{te.value=null}}}var hs={NOT_STARTED:"Sales have not begun yet.",ENDED:"Sales are over.",PAUSED:"Sales are paused at the moment. Please try again later.",EVENT_STARTED:"The event has begun.",EVENT_CANCELLED:"The event was cancelled."},An="Your hold has run out, so the seats are free again. You can choose anew.",ks={name:"Name",email:"E-mail",password:"Password"};function qt({salesClosedReason:t,availableSeats:e,lockedSeats:n}){switch(t){case"NOT_STARTED":return["Not on sale yet","Sales have not begun yet. They open on this page by themselves."];case"ENDED":return["Sales are over","Sales are over: no more seats can be had here."];case"PAUSED":return["Sales are paused","Sales are paused at the moment. This page shows when they go on."];case"EVENT_STARTED":return["Has begun","The event has begun, so no more seats are sold."];case"EVENT_CANCELLED":return["Cancelled","The event was cancelled. Who has paid gets all of it back."];default:return e?null:n?["All held","All that is not sold is held by others. What they do not pay in time comes back here."]:["Sold out","All seats are sold. If somebody cancels, their seats come back here."]}}function _s(t){switch(t.__typename){case"NotEnoughSeats":return t.availableSeats?`Only ${Le(t.availableSeats)} left there.`:"Nothing is left there.";case"SeatsUnavailable":return t.orphans.length?`This would leave single seats that nobody wants: ${t.orphans.join(", ")}. Take them, too, or choose others.`:`Somebody was quicker: ${t.seats.join(", ")}. Please choose others.`;case"SalesClosed":return hs[t.reason]??"This is not on sale now.";case"LimitExceeded":return t.message;case"LockExpired":return An;case"LockNotActive":return"You no longer hold these seats.";case"LockAlreadyUsed":return"These seats are booked by you already.";case"BookingExpired":return"The time to pay has run out, and the seats are free again. No money was taken.";case"BookingNotPayable":return"This booking cannot be paid now.";case"BookingNotCancellable":return"This booking can no longer be cancelled.";case"EventCancelled":return"The event was cancelled.";case"BadCredentials":return"No account has this e-mail address and password.";case"EmailTaken":return"There is an account with this address already: sign in instead.";case"PaymentFailed":return t.attemptsLeft?`${t.message} Nothing was booked yet, and you still hold your seats.`:t.message;case"InvalidInput":return t.issues.map(({path:e,message:n})=>{let r=ks[e.join()];return r?`${r}: ${n}`:n}).join(" ");default:return t.message}}function K(t){if(t instanceof re)return _s(t.outcome);if(t instanceof H)return"You were signed out. Please sign in again.";if(t instanceof V){if(t.code==="UNAVAILABLE")return"The shop cannot be reached. Nothing is lost: please try again.";if(t.code==="RATE_LIMITED")return"That was a lot in a short time. Please wait a moment.";if(t.code==="UNAUTHENTICATED")return"Please sign in first.";let e=t.extensions.correlationId;return e?`Something went wrong here. If it stays so, tell us this number: ${String(e)}`:t.message}return"Something went wrong here. Please load the page again."}var bs=Symbol.for("pv"),Cs=0;function u(t,e,n,r,o,s){e||(e={});var i,a,c=e;if("ref"in c&&typeof t!="function")for(a in c={},e)a=="ref"?i=e[a]:c[a]=e[a];var d={type:t,props:c,key:n,ref:i,__k:null,__:null,__b:0,__e:null,__c:null,constructor:bs,__v:--Cs,__i:-1,__u:0};return(o||s)&&(d.__source=o,d.__self=s),S.vnode&&S.vnode(d),d}var vs={HOLD:"Seats are held for somebody, so please say who you are.",VISIT:"Then you see what you hold and what you have booked.",AGAIN:"You were signed out. Please sign in again."},$t=I(null);async function lo(){return w.session.tokens!==null||je("HOLD")}function je(t){return new Promise(e=>{$t.value?.answer(!1),$t.value={reason:t,answer:e}})}async function dt(t){try{return await t()}catch(e){if(!(e instanceof H||e instanceof V&&e.code==="UNAUTHENTICATED")||!await je("AGAIN"))throw e;return t()}}function mo(){let t=Z(null),e=$t.value;ke(()=>{if(e)return t.current.showModal();t.current.close(),bn(document.querySelector("h1"))},[e]);function n(r){$t.value=null,e?.answer(r)}return u("dialog",{ref:t,"aria-labelledby":"sign-title",onClose:()=>e&&n(!1),children:e&&u(Ss,{reason:e.reason,end:n})})}function Ss({reason:t,end:e}){let[n,r]=M(t==="HOLD"),[o,s]=M(""),[i,a]=M(!1);async function c(d){if(d.preventDefault(),i)return;let m=new FormData(d.currentTarget),[p,g,l]=["name","email","password"].map(y=>String(m.get(y)??""));a(!0),s("");try{await(n?io({name:p,email:g,password:l}):ao({email:g,password:l})),e(!0)}catch(y){s(K(y)),$(K(y))}finally{a(!1)}}return u("form",{onSubmit:c,children:[u("h2",{id:"sign-title",children:n?"Register":"Sign in"}),u("p",{children:vs[t]}),n&&u("label",{children:["Name ",u("input",{name:"name",autocomplete:"name",required:!0,maxLength:100})]}),u("label",{children:["E-mail ",u("input",{name:"email",type:"email",autocomplete:"email",required:!0})]}),u("label",{children:["Password",n&&" (8 characters or more)",u("input",{name:"password",type:"password",autocomplete:n?"new-password":"current-password",required:!0,minLength:n?8:1})]}),o&&u("p",{class:"trouble",children:o}),u("p",{class:"buttons",children:[u("button",{class:"main","aria-disabled":i,children:i?"One moment \u2026":n?"Register":"Sign in"}),u("button",{type:"button",onClick:()=>r(!n),children:n?"I have an account":"I am new here"}),u("button",{type:"button",onClick:()=>e(!1),children:"Not now"})]})]})}var wn={PAYMENT_PENDING:"Not paid yet",CONFIRMED:"Paid: the seats are yours",FAILED:"The payment failed, and the seats are free again",EXPIRED:"The time to pay has run out, and the seats are free again",CANCELLED:"Cancelled"},go=[["sim_success","A card that works"],["sim_declined","A card that is declined"],["sim_challenge","A card whose bank asks you"]];function po(){let[t,e]=M(null),[n,r]=M(null),[o,s]=M("");async function i(a){a&&Te();try{let c=await Cr(w,a?{after:a}:{});e(d=>[...a?d??[]:[],...c.nodes]),r(c.pageInfo.hasNextPage?c.pageInfo.endCursor:null),s("")}catch(c){s(K(c))}}return q(()=>{e(null),w.session.tokens&&i(null)},[oe.value]),u(L,{children:[u("h1",{tabIndex:-1,children:"My bookings"}),!w.session.tokens&&u(yo,{}),o&&u("p",{class:"trouble",children:o}),t?.length===0&&u("p",{children:["You have none yet. ",u("a",{href:Ge,children:"See what is on"})]}),u("ul",{class:"events",children:t?.map(a=>u("li",{children:u("a",{href:at(a.id),children:[u("h2",{children:a.event.name}),u("span",{children:be(a.event.startsAt,a.event.timeZone)}),u("span",{children:st(a.items)}),u("strong",{children:wn[a.status]??a.status})]})},a.id))}),n&&u("button",{onClick:()=>{i(n)},children:"More"})]})}function yo(){return u("p",{children:u("button",{class:"main",onClick:()=>{je("VISIT")},children:"Sign in to see them"})})}function fo({id:t}){let[e,n]=M(void 0),[r,o]=M(""),s=Nt(e);return q(()=>{if(!w.session.tokens)return;let i=new AbortController;return(async()=>{try{let a="";for await(let c of Pr(w,{bookingId:t,signal:i.signal}))le.value=!1,n(c),a&&c.status!==a&&$(wn[c.status]??""),a=c.status}catch(a){a instanceof H?oe.value++:a instanceof V&&["NOT_FOUND","INVALID_INPUT"].includes(a.code)?n(null):o(K(a))}})(),()=>i.abort()},[t,oe.value]),w.session.tokens?e===null?u("h1",{tabIndex:-1,children:"You have no such booking"}):e?u(L,{children:[u("h1",{ref:s,tabIndex:-1,children:e.event.name}),u("p",{class:"where",children:[be(e.event.startsAt,e.event.timeZone),". ",u("a",{href:Pt(e.event.id),children:"To the event"})]}),u("div",{class:"ticket",children:[u("p",{class:"seats-bought",children:st(e.items)}),u("p",{children:u("strong",{class:"status",children:wn[e.status]??e.status})}),u("p",{class:"where",children:["Booking ",e.reference,", ",G(e.total)]})]}),r&&u("p",{class:"trouble",children:r}),e.status==="PAYMENT_PENDING"&&u(xs,{booking:e,onChange:n}),e.refunds.map(i=>u("p",{children:[G(i.amount)," of ",G(i.original)," ",i.status==="PROCESSED"?"came back":"is on its way back","."]},i.id)),(e.status==="PAYMENT_PENDING"||e.status==="CONFIRMED")&&u(As,{booking:e,onChange:n})]}):u("h1",{tabIndex:-1,children:r||"Looking \u2026"}):u(L,{children:[u("h1",{tabIndex:-1,children:"Your booking"}),u(yo,{})]})}var mt={of:t=>sessionStorage.getItem(`seatlock.card ${t}`),set:(t,e)=>e?sessionStorage.setItem(`seatlock.card ${t}`,e):sessionStorage.removeItem(`seatlock.card ${t}`)};function xs({booking:t,onChange:e}){let[n,r]=M(go[0][0]),[o,s]=M(""),[i,a]=M(null),c=Number(t.total.amount)===0;function d(p,g=!1){return lt("pay",async()=>{s("");let l=`pay ${t.id}`;mt.of(t.id)!==p&&Ie(l),mt.set(t.id,p);let y={bookingId:t.id,key:ct(l),...!c&&{paymentToken:p}};try{let f=await dt(()=>wr(w,y));if(f.__typename==="PaymentActionRequired"){a(f),!g&&f.redirectUrl&&location.assign(new URL(f.redirectUrl,location.href));return}Ie(l),mt.set(t.id,null),e(f.booking),$("Paid: the seats are yours."),ut()}catch(f){let k=Be(f,"PaymentFailed");k&&(Ie(l),mt.set(t.id,null),a(null),e(k.booking)),s(K(f)),$(K(f))}})}q(()=>{let p=mt.of(t.id);p&&d(p,!0)},[oe.value]);let m=te.value!==null;return u("form",{class:"pay",onSubmit:p=>{p.preventDefault(),d(n)},children:[u("p",{children:["Pay within ",u("strong",{class:"clock",children:He(Date.parse(t.paymentExpiresAt),j.value)}),". You can try"," ",t.attemptsLeft===1?"once":`${t.attemptsLeft} times`,"."]}),i?.redirectUrl&&u("p",{class:"note",children:["Your bank waits for your answer. ",u("a",{href:i.redirectUrl,children:"Go to your bank"}),", or pay with another card."]}),!c&&u("fieldset",{children:[u("legend",{children:"Pay with (no real money moves here)"}),go.map(([p,g])=>u("label",{children:[u("input",{type:"radio",name:"card",value:p,checked:n===p,onChange:()=>r(p)})," ",g]},p))]}),o&&u("p",{class:"trouble",children:o}),u("p",{class:"buttons",children:u("button",{class:"main","aria-disabled":m,children:te.value==="pay"?"Asking your bank \u2026":`Pay ${G(t.total)}`})})]})}function As({booking:t,onChange:e}){let[n,r]=M(!1),[o,s]=M(""),i=t.status==="CONFIRMED",[a,c]=[Z(null),Z(!1)];ke(()=>{n!==c.current&&a.current?.focus(),c.current=n},[n]);let d=t.cancellation,m=()=>lt("cancel",async()=>{s("");try{let{booking:p,refund:g}=await dt(()=>Er(w,t.id));e(p),$(g?`Cancelled. ${G(g.amount)} comes back.`:"Cancelled."),ut()}catch(p){s(K(p)),$(K(p))}});return i&&!d?null:u("section",{class:"cancel","aria-label":"Cancel",children:[i&&d&&u("p",{children:["If you cancel now, ",G(d.refundable)," of ",G(t.total)," comes back.",d.until&&u(L,{children:[" You can until ",be(d.until,t.event.timeZone),"."]})]}),o&&u("p",{class:"trouble",children:o}),u("p",{class:"buttons",children:[!n&&u("button",{ref:a,onClick:()=>r(!0),children:"Cancel this booking"}),n&&u(L,{children:[u("button",{class:"danger","aria-disabled":te.value!==null,onClick:()=>{m()},children:i?"Yes, give the seats back":"Yes, let the seats go"}),u("button",{ref:a,onClick:()=>r(!1),children:"Keep it"})]})]})]})}var ws=20,Es=7*864e5,Ls=6e4,Is=.2;function ho(){let[t,e]=M(null),[n,r]=M(null),[o,s]=M(""),[i,a]=M("");async function c(d){d&&Te();try{let m=j.value,p=new Date(m).toISOString(),g=await hr(w,{prices:!0,startsAfter:p,...o&&{search:o},...d&&{after:d}});if(await Qr,Math.abs(j.value-m)>Ls)return await c(d);e(l=>[...d?l??[]:[],...g.nodes]),r(g.pageInfo.hasNextPage?g.pageInfo.endCursor:null),a("")}catch(m){a(K(m))}}return q(()=>{let d=setTimeout(()=>{c(null)},o?250:0);return()=>clearTimeout(d)},[o]),u(L,{children:[u("h1",{tabIndex:-1,children:"What is on"}),u("label",{class:"search",children:["Search ",u("input",{type:"search",value:o,onInput:({currentTarget:d})=>s(d.value)})]}),i&&u("p",{class:"trouble",children:[i," ",u("button",{onClick:()=>{c(null)},children:"Try again"})]}),!t&&!i&&u("p",{children:"Looking \u2026"}),t?.length===0&&u("p",{children:o?"Nothing is called like that.":"Nothing is on at the moment."}),u("ul",{class:"events",children:t?.map((d,m)=>u(Rs,{event:d,isLive:m<ws},d.id))}),n&&u("button",{onClick:()=>{c(n)},children:"More"})]})}function Rs({event:t,isLive:e}){let[n,r]=M(t);return q(()=>{if(!e)return;let o=new AbortController;return(async()=>{try{let s={eventId:t.id,rows:!1,whole:!0,signal:o.signal};for await(let i of At(w,s)){le.value=!1,i.snapshot||ot(i.asOf);let{sections:a,...c}=i.event;r(d=>({...d,...c}))}}catch{}})(),()=>o.abort()},[t.id]),u("li",{children:u("a",{href:Pt(n.id),children:[u("h2",{children:n.name}),u("span",{children:be(n.startsAt,n.timeZone)}),n.venue&&u("span",{dir:"auto",children:n.venue}),u("span",{children:Ms(n)}),u(En,{event:n})]})})}function Ms({sections:t=[],price:e}){let n=t.map(s=>s.price).sort((s,i)=>Number(s.amount)-Number(i.amount)),[r=e,o=e]=[n[0],n.at(-1)];return r.amount===o.amount?G(r):`from ${G(r)}`}function En({event:t}){let e=t.salesStartAt?Date.parse(t.salesStartAt):0;if(t.salesClosedReason==="NOT_STARTED"&&e>j.value){let r=e-j.value<Es;return u("strong",{class:"left",children:r?`On sale in ${He(e,j.value)}`:`On sale from ${Jr(e)}`})}let n=qt(t);return n?u("strong",{class:"left none",children:n[0]}):u("strong",{class:"left",children:[Le(t.availableSeats)," left",u("meter",{"aria-hidden":"true",min:0,max:t.totalSeats,low:t.totalSeats*Is,optimum:t.totalSeats,value:t.availableSeats})]})}var gt=class{rows=[];heads=[];width=0;height=0;version=0;#e=new Map;constructor(e){let n=e.filter(({rows:c})=>c?.length),r=n.map(({rows:c})=>({width:Math.max(...c.map(({statuses:d})=>d.length)),height:2.2+c.length*1.25})),o=r.reduce((c,{width:d,height:m})=>c+(d+2)*(m+2),0),s=Math.max(0,Math.sqrt(o)*1.3,...r.map(({width:c})=>c)),i=[],a=1/0;for(let[c,{width:d}]of r.entries())a+d>s&&([a]=[0,i.push([])]),a+=d+2,i.at(-1).push(c);this.width=Math.max(0,...i.map(c=>c.reduce((d,m)=>d+r[m].width+2,-2)));for(let c of i){let d=c.reduce((p,g)=>p+r[g].width+2,-2),m=(this.width-d)/2;for(let p of c)this.#t(n[p],m,r[p].width),m+=r[p].width+2;this.height+=Math.max(...c.map(p=>r[p].height))+2}}#t(e,n,r){this.heads.push({name:e.name,x:n,y:this.height,width:r});for(let[o,{name:s,statuses:i}]of e.rows.entries()){let a=n+Math.floor((r-i.length)/2),c={section:e,name:s,statuses:i,x:a,y:this.height+2.2+o*1.25,number:this.rows.length};this.rows.push(c),this.#e.set(`${e.name}-${s}`,c)}}update(e,n){if(this.version++,n)for(let o of this.rows)o.statuses="A".repeat(o.statuses.length);let r=[];for(let{section:o,name:s,statuses:i}of e){let a=this.#e.get(`${o}-${s}`);a&&(r.push(a),a.statuses=i)}return n?this.rows:r}at(e,n){for(let r of this.rows){if(n<r.y||n>=r.y+1)continue;let o=Math.floor(e-r.x);if(o>=0&&o<r.statuses.length)return{row:r,seat:o}}return null}find(e){let n=e.lastIndexOf("-"),r=this.#e.get(e.slice(0,n)),o=Number(e.slice(n+1))-1;return r&&r.statuses[o]?{row:r,seat:o}:null}};function Ke({row:t,seat:e}){return`${t.section.name}-${t.name}-${e+1}`}var Ts=5,ko=9,_o=20,bo=44,Co=16,Ut=4,Ns={C:"\u2713",M:"\u2713",L:"\u2013",H:"\xB7",B:"\xD7"},Vt=class{hall;view={scale:1,x:0,y:0};special=new Set;stateOf=({row:e,seat:n})=>e.statuses[n];cursor=null;#e;#t;#s=document.createElement("canvas");#i=-1;#n=null;#a=0;#r=0;#o=0;constructor(e,n){this.hall=n,this.#e=e,this.#t=e.getContext("2d")}resize(e,n){let r=!this.#r;[this.#r,this.#o]=[e,n],this.#e.width=e*devicePixelRatio,this.#e.height=n*devicePixelRatio,r?this.fit():this.ask()}fit(){let{width:e,height:n}=this.hall,r=this.#u();this.view={scale:r,x:(this.#r-e*r)/2,y:Math.max(Co,(this.#o-n*r)/2)},this.ask()}#u(){return Math.min(bo,this.#r/(this.hall.width+4),(this.#o-Co)/this.hall.height)}zoom(e,n=this.#r/2,r=this.#o/2){let{view:o}=this,s=this.#u()/1.5,i=Math.min(bo,Math.max(s,o.scale*e)),a=i/o.scale;this.view={scale:i,x:n-(n-o.x)*a,y:r-(r-o.y)*a},this.#l()}move(e,n){this.view={...this.view,x:this.view.x+e,y:this.view.y+n},this.#l()}#l(){let{scale:e,x:n,y:r}=this.view,o=40;this.view={scale:e,x:Math.min(this.#r-o,Math.max(o-this.hall.width*e,n)),y:Math.min(this.#o-o,Math.max(o-this.hall.height*e,r))},this.ask()}reveal({row:e,seat:n}){let{view:r}=this;r.scale<ko&&this.zoom(_o/r.scale,r.x+(e.x+n)*r.scale,r.y+e.y*r.scale);let[o,s,i]=[this.view.x+(e.x+n)*this.view.scale,this.view.y+e.y*this.view.scale,2*this.view.scale],a=(c,d)=>Math.max(0,i-c)-Math.max(0,c+i-d);this.move(a(o,this.#r),a(s,this.#o))}at(e,n){let{scale:r}=this.view;return r<ko?null:this.hall.at((e-this.view.x)/r,(n-this.view.y)/r)}ask(){this.#a||=requestAnimationFrame(()=>{this.#a=0,this.draw()})}recolour(){this.#n=null,this.#i=-1,this.ask()}stop(){cancelAnimationFrame(this.#a)}draw(){let e=this.#t,{scale:n,x:r,y:o}=this.view,s=this.#n??=this.#p();e.setTransform(devicePixelRatio,0,0,devicePixelRatio,0,0),e.clearRect(0,0,this.#r,this.#o),n<Ts?this.#d():this.#c(),e.fillStyle=s.text,e.textBaseline="alphabetic",e.textAlign="center",e.font=`600 ${Math.max(11,Math.min(18,n))}px system-ui, sans-serif`;for(let i of this.hall.heads){let[a,c]=[r+i.x*n,o+(i.y+1.7)*n],d=a+i.width*n;if(c<=0||c>=this.#o+20||d<0||a>this.#r)continue;let m=e.measureText(i.name).width/2+2;e.fillText(i.name,Math.max(m,Math.min(this.#r-m,(a+d)/2)),c)}this.cursor&&this.#g(this.cursor,s.cursor)}#d(){let{scale:e,x:n,y:r}=this.view,{hall:o}=this;this.#i!==o.version&&this.#m(),this.#t.imageSmoothingEnabled=!0,o.rows.length&&this.#t.drawImage(this.#s,n,r,this.#s.width*e,this.#s.height/Ut*e);let s=Math.max(3,e);for(let i of this.special){let a=o.find(i);a&&(this.#t.fillStyle=this.#n[this.stateOf(a,i)],this.#t.fillRect(n+(a.row.x+a.seat)*e,r+a.row.y*e,s,s))}}#m(){let{hall:e}=this;this.#s.width=Math.ceil(e.width),this.#s.height=Math.ceil(e.height*Ut);let n=this.#s.getContext("2d");for(let r of e.rows)for(let[o,s,i]of Ds(r.statuses))n.fillStyle=this.#n[i],n.fillRect(r.x+o,Math.round(r.y*Ut),s-o,Ut-1);this.#i=e.version}#c(){let{scale:e,x:n,y:r}=this.view,o=this.#t,s=e-Math.max(1,e/8),i=e>=_o;o.textAlign="center",o.textBaseline="middle",o.font=`${Math.round(e*.42)}px system-ui, sans-serif`;let a="";for(let c of this.hall.rows){let d=r+c.y*e;if(d+e<0||d>this.#o)continue;let m=Math.max(0,Math.floor(-n/e-c.x)),p=Math.min(c.statuses.length,Math.ceil((this.#r-n)/e-c.x)),g=this.special.size>0;for(let l=m;l<p;l++){let y=c.statuses[l];if(g){let k=Ke({row:c,seat:l});this.special.has(k)&&(y=this.stateOf({row:c,seat:l},k))}let f=n+(c.x+l)*e;if(this.#n[y]!==a&&(o.fillStyle=a=this.#n[y]),!i){o.fillRect(f,d,s,s);continue}o.beginPath(),o.roundRect(f,d,s,s,s/5),o.fill(),o.fillStyle=a=this.#n[y==="H"||y==="B"?"text":"mark"],o.fillText(Ns[y]??String(l+1),f+s/2,d+s/2)}i&&(o.fillStyle=a=this.#n.text,o.fillText(c.name,n+(c.x-.9)*e,d+s/2))}}#g({row:e,seat:n},r){let{scale:o,x:s,y:i}=this.view,a=this.#t;a.strokeStyle=r,a.lineWidth=3,a.strokeRect(s+(e.x+n)*o-2,i+e.y*o-2,Math.max(6,o),Math.max(6,o))}#p(){let e=getComputedStyle(this.#e),n=r=>e.getPropertyValue(`--${r}`).trim();return{A:n("free"),H:n("held"),B:n("booked"),C:n("chosen"),M:n("mine"),L:n("leaving"),text:n("ink"),mark:n("paper"),cursor:n("focus")}}};function*Ds(t){for(let e=0;e<t.length;){let n=t[e],r=e+1;for(;t[r]===n;)r++;yield[e,r,n],e=r}}var vo=6;function So({sale:t}){let e=Z(null),n=Z(null);return q(()=>{let r=n.current=new Vt(e.current,t.hall.peek());r.stateOf=(m,p)=>t.stateOf(m,p);let o=new ResizeObserver(([m])=>r.resize(m.contentRect.width,m.contentRect.height));o.observe(e.current);let s=ce(()=>{t.drawn.value,r.hall=t.hall.value,r.special=new Set([...t.chosen.value,...t.lock.value?.seats??[]]),r.ask()}),i=ce(()=>{r.cursor=t.cursor.value,r.cursor&&r.reveal(r.cursor),r.ask()}),a=matchMedia("(prefers-color-scheme: dark)"),c=()=>r.recolour();a.addEventListener("change",c);let d=Ps(e.current,r,m=>t.toggle(m));return()=>{for(let m of[s,i,d])m();o.disconnect(),a.removeEventListener("change",c),r.stop()}},[t]),u("div",{class:"map",children:[u("canvas",{ref:e,"aria-hidden":"true"}),u("p",{class:"buttons",children:[u("button",{"aria-label":"Nearer",onClick:()=>n.current?.zoom(1.5),children:"+"}),u("button",{"aria-label":"Further away",onClick:()=>n.current?.zoom(1/1.5),children:"\u2212"}),u("button",{onClick:()=>n.current?.fit(),children:"Whole hall"})]}),u("ul",{class:"legend","aria-hidden":"true",children:[u("li",{class:"A",children:"free"}),u("li",{class:"H",children:"held"}),u("li",{class:"B",children:"sold"}),u("li",{class:"C",children:"chosen"}),u("li",{class:"M",children:"yours"})]})]})}function Ps(t,e,n){let r=new globalThis.Map,o=0,s=({clientX:a,clientY:c})=>{let{left:d,top:m}=t.getBoundingClientRect();return{x:a-d,y:c-m}},i={pointerdown(a){t.setPointerCapture(a.pointerId),r.size||(o=0),r.set(a.pointerId,s(a))},pointermove(a){let c=r.get(a.pointerId);if(!c)return;let d=s(a);o+=Math.hypot(d.x-c.x,d.y-c.y);let m=[...r].find(([g])=>g!==a.pointerId)?.[1];if(r.set(a.pointerId,d),o<vo)return;if(!m)return e.move(d.x-c.x,d.y-c.y);let p=g=>Math.hypot(g.x-m.x,g.y-m.y)||1;e.zoom(p(d)/p(c),(d.x+m.x)/2,(d.y+m.y)/2)},pointerup(a){if(!(r.delete(a.pointerId)&&!r.size&&o<vo))return;let{x:d,y:m}=s(a),p=e.at(d,m);p?n(p):e.zoom(2,d,m)},pointercancel:a=>{r.delete(a.pointerId)},wheel(a){a.preventDefault();let{x:c,y:d}=s(a);e.zoom(Math.exp(-a.deltaY/400),c,d)}};for(let[a,c]of Object.entries(i))t.addEventListener(a,c,{passive:!1});return()=>{for(let[a,c]of Object.entries(i))t.removeEventListener(a,c)}}var xo=20,Bs={A:"free",H:"held by somebody else",B:"sold",C:"chosen",M:"yours",L:"yours, to be let go"};function Ao({sale:t}){t.drawn.value;let e=t.hall.value,n=t.cursor.value??{row:e.rows[0],seat:0},r=Z(!1),o=Z(null);ke(()=>{r.current&&o.current?.focus(),r.current=!1});function s(g,l){g&&(t.cursor.value={row:g,seat:Math.max(0,Math.min(g.statuses.length-1,l))})}function i(g){let{row:l,seat:y}=n,f=g.ctrlKey||g.metaKey,k={ArrowLeft:()=>s(l,y-1),ArrowRight:()=>s(l,y+1),ArrowUp:()=>C(e.rows[l.number-1]),ArrowDown:()=>C(e.rows[l.number+1]),Home:()=>s(f?e.rows[0]:l,0),End:()=>s(f?e.rows.at(-1):l,1/0)},C=b=>b&&s(b,Math.round(l.x+y-b.x)),h=k[g.key];h&&(g.preventDefault(),r.current=!0,h())}let a=e.heads.map(({name:g})=>g),{row:c}=n,[d,m]=[Math.max(0,n.seat-xo),Math.min(c.statuses.length,n.seat+xo+1)],p=Array.from({length:m-d},(g,l)=>({row:c,seat:d+l}));return u("div",{class:"picker",children:[u("p",{class:"fields",children:[a.length>1&&u("label",{children:["Section"," ",u("select",{value:c.section.name,onChange:({currentTarget:g})=>s(e.rows.find(({section:l})=>l.name===g.value),0),children:a.map(g=>u("option",{children:g},g))})]}),u("label",{children:["Row"," ",u("select",{value:c.number,onChange:({currentTarget:g})=>s(e.rows[Number(g.value)],n.seat),children:e.rows.filter(({section:g})=>g===c.section).map(({name:g,number:l})=>u("option",{value:l,children:g},l))})]}),u("span",{children:[G(c.section.price)," a seat"]})]}),u("div",{class:"seats",role:"group","aria-label":`${c.section.name}, row ${c.name}: arrow keys move, space chooses`,onKeyDown:i,children:p.map(g=>{let l=Ke(g),y=t.stateOf(g,l),f=g.seat===n.seat;return u("button",{ref:f?o:null,class:y,tabIndex:f?0:-1,"aria-pressed":y==="C"||y==="M","aria-disabled":y==="H"||y==="B","aria-label":`Row ${c.name} seat ${g.seat+1}, ${Bs[y]}`,onClick:()=>t.toggle(g),children:g.seat+1},l)})})]})}var Fs=1e6;function Ht(t,e){return Object.hasOwn(t,e)?t[e]:0}var Gt=class{id;event=I(void 0);hall=I(new gt([]));drawn=I(0);chosen=I(new Set);counts=I({});lock=I(null);unpaid=I(null);cursor=I(null);trouble=I("");#e=new AbortController;#t=!1;#s=0;constructor(e){this.id=e;let n=JSON.parse(sessionStorage.getItem(this.#i)??"null");n&&([this.chosen.value,this.counts.value]=[new Set(n.seats),n.counts]),this.follow()}get#i(){return`seatlock.chosen ${this.id}`}stop(){this.#e.abort()}async follow(){this.trouble.value="";try{let e=await kr(w,this.id);if(e&&([this.hall.value,this.cursor.value]=[new gt(e.sections),null]),this.event.value=e,!e)return;await this.findLock();let{signal:n}=this.#e;for await(let r of At(w,{eventId:this.id,whole:!0,signal:n})){le.value=!1,r.snapshot||ot(r.asOf);let o=this.event.value,s=o.sections.map(a=>{let c=r.event?.sections.find(({id:d})=>d===a.id);return c?{...a,availableSeats:c.availableSeats}:a});Ae(()=>{this.hall.value.update(r.changedRows??[],r.snapshot),this.event.value={...o,...r.event,sections:s},this.drawn.value++}),r.salesOpen&&!o.salesOpen&&$("Sales are open."),this.#r();let i=this.lock.value;i&&Date.parse(i.expiresAt)<=j.value&&this.findLock()}}catch(e){e instanceof V&&e.code==="INVALID_INPUT"?this.event.value=null:e instanceof H?this.follow():this.trouble.value=K(e)}}async findLock(){let e=++this.#s,n=[];if(w.session.tokens)try{n=(await br(w,{event:this.id,status:"ACTIVE"})).nodes}catch(o){if(!(o instanceof H))return}if(e!==this.#s)return;let r=this.lock.value;this.unpaid.value=n.find(({booking:o})=>o)?.booking?.id??null,this.#n(n.find(({booking:o})=>!o)??null),r&&!n.length&&Date.parse(r.expiresAt)<=j.value&&this.#o(An),this.#t=!0,this.#r()}#n(e){let n=this.lock.value;!e&&!n||Ae(()=>{this.lock.value=e;let r=e?.id!==n?.id||e?.seats.join()!==n?.seats.join();e?(r||e.quantity!==n?.quantity)&&this.#a(new Set(e.seats),wo(e)):this.#a(new Set,{}),this.drawn.value++})}#a(e,n){Ae(()=>{this.chosen.value=e,this.counts.value=n,this.trouble.value="",this.drawn.value++}),sessionStorage.setItem(this.#i,JSON.stringify({seats:[...e],counts:n}))}#r(){if(!this.#t||this.#u)return;let e=new Set(this.lock.value?.seats),n=[...this.chosen.value].filter(r=>{let o=this.hall.value.find(r);return!e.has(r)&&o?.row.statuses[o.seat]!=="A"});n.length&&(this.#a(new Set([...this.chosen.value].filter(r=>!n.includes(r))),this.counts.value),this.#o(`Somebody was quicker: ${n.join(", ")}. Please choose others.`))}#o(e){this.trouble.value=e,$(e)}stateOf({row:e,seat:n},r){let o=this.chosen.value.has(r);return this.lock.value?.seats.includes(r)?o?"M":"L":o?"C":e.statuses[n]}toggle(e){let n=Ke(e),r=this.stateOf(e,n);if(this.cursor.value=e,r==="H"||r==="B")return $(`${n} is taken.`);let o=new Set(this.chosen.value);o.delete(n)||o.add(n),this.#a(o,this.counts.value),$(`${n} ${o.has(n)?"chosen":"no longer chosen"}.`)}count(e,n){this.#a(this.chosen.value,{...this.counts.value,[e]:Math.min(Fs,Math.max(0,Math.floor(n)||0))})}difference(){let e=this.lock.value,[n,r]=[new Set(e?.seats),e?wo(e):{}],o=[...this.chosen.value].filter(c=>!n.has(c)),s=[...n].filter(c=>!this.chosen.value.has(c)),[i,a]=[[],[]];o.length&&i.push({seats:o}),s.length&&a.push({seats:s});for(let c of new Set([...Object.keys(r),...Object.keys(this.counts.value)])){let d=Ht(this.counts.value,c)-Ht(r,c);d>0&&i.push({quantity:{count:d,section:c}}),d<0&&a.push({quantity:{count:-d,section:c}})}return{add:i,remove:a}}#u=!1;hold(){let{add:e,remove:n}=this.difference();return this.chosen.value.size>0||Object.values(this.counts.value).some(o=>o>0)?this.#l(e,n):this.release()}best(e,n,r){return this.#l([{quantity:{count:e,...n&&{section:n}}}],[],r)}#l(e,n,r=""){return this.#c("hold",async()=>{let o=this.lock.value,s=JSON.stringify({event:this.id,lock:o?.id,add:e,remove:n,accessCode:r}),i=await(o?this.#m(o.id,s,e,n):this.#d(s,e,r));Ie(s),this.#s++,this.#n(i.lock),$(`You hold ${i.lock.items.map(({quantity:a,section:c})=>`${a} in ${c}`).join(", ")}.`),i.together===!1&&(this.trouble.value="There were not so many together, so these are close to each other.")})}async#d(e,n,r){let o=()=>vr(w,{eventId:this.id,seats:{items:n},key:ct(e),...r&&{accessCode:r}}),s=await o();return!s.replayed||s.lock.status==="ACTIVE"?s:(Ie(e),o())}#m(e,n,r,o){let s={lockId:e,add:r.length?r:null,remove:o.length?o:null,idempotencyKey:ct(n)};return Y(w,sn,{input:s})}extend(){return this.#c("extend",async()=>{this.#n(await Sr(w,this.lock.value.id)),$("You have more time.")})}release(){return this.#c("release",async()=>{await xr(w,this.lock.value.id),this.#s++,this.#n(null),$("Your seats are free again.")})}async book(){let e=null;return await this.#c("book",async()=>{e=(await Ar(w,this.lock.value.id)).id}),e}#c(e,n){return lt(e,async()=>{if(this.trouble.value="",!!await lo()){this.#u=!0;try{await dt(n),ut()}catch(r){this.#o(K(r)),await this.findLock(),this.#o(K(r))}finally{this.#u=!1,this.#r()}}})}};function wo(t){return Object.fromEntries(t.items.filter(({seats:e})=>!e.length).map(({section:e,quantity:n})=>[e,n]))}var Os=6e4;function Lo({id:t}){let e=Pe(()=>new Gt(t),[t]);q(()=>()=>e.stop(),[e]);let n=e.event.value;if(q(()=>{n&&e.findLock()},[e,oe.value]),q(()=>{document.title=n?n.name:"Tickets"},[n?.name]),n===null)return u(L,{children:[u("h1",{tabIndex:-1,children:"There is no such event"}),u("p",{children:u("a",{href:Ge,children:"See what is on"})})]});if(!n){let a=e.trouble.value;return u(L,{children:[u("h1",{tabIndex:-1,children:a||"Looking \u2026"}),a&&u("button",{onClick:()=>{e.follow()},children:"Try again"})]})}let r=n.sections.filter(({seating:a})=>a==="GENERAL"),o=qt(n),s=n.salesClosedReason==="EVENT_CANCELLED",i=n.salesOpen||e.lock.value!==null&&!s;return u(L,{children:[u("h1",{tabIndex:-1,children:n.name}),u("p",{class:"where",children:[be(n.startsAt,n.timeZone),n.venue&&u(L,{children:[", ",u("bdi",{children:n.venue})]})]}),n.description&&u("p",{class:"about",children:n.description}),u("p",{children:u(En,{event:n})}),o&&u("p",{class:"note",children:o[1]}),e.unpaid.value&&!s&&u("p",{class:"note",children:["You have seats here that are not paid yet. ",u("a",{href:at(e.unpaid.value),children:"Pay them"})]}),u("div",{class:"sale",children:[u("div",{children:[e.hall.value.rows.length>0&&u(L,{children:[u(So,{sale:e}),u(Ao,{sale:e})]}),r.length>0&&u("ul",{class:"general",children:r.map(a=>u("li",{children:u("label",{children:[u("strong",{children:a.name})," ",G(a.price),", ",Le(a.availableSeats)," left"," ",u("input",{type:"number",min:0,max:100,value:Ht(e.counts.value,a.name),disabled:!i,onInput:({currentTarget:c})=>e.count(a.name,c.valueAsNumber)})]})},a.id))})]}),!s&&u(qs,{sale:e,canChoose:i})]})]})}function qs({sale:t,canChoose:e}){let n=t.lock.value,r=Nt(n),{add:o,remove:s}=t.difference(),i=o.length>0||s.length>0,a=te.value!==null,c=t.chosen.value.size+Object.values(t.counts.value).reduce((d,m)=>d+m,0);return u("section",{class:"basket","aria-label":"Your seats",children:[u("h2",{ref:r,tabIndex:-1,children:n?"You hold":"Your choice"}),n?u($s,{sale:t}):u("p",{children:c?`${Eo(t)}: ${Vs(t)}`:"Nothing yet: choose seats, or let us find them."}),n&&i&&u("p",{children:["Then you hold: ",Eo(t)||"nothing"]}),t.trouble.value&&u("p",{class:"trouble",children:t.trouble.value}),(i||!n)&&u("p",{class:"buttons",children:u("button",{class:n?"":"main","aria-disabled":a||!e||!i,onClick:()=>i&&e&&void t.hold(),children:n?c?"Change my seats":"Let all of them go":c?`Hold ${Le(c)}`:"Hold seats"})}),u(Us,{sale:t,canChoose:e})]})}function $s({sale:t}){let e=t.lock.value,n=Date.parse(e.expiresAt),r=n<=j.value;q(()=>{r&&t.findLock()},[r]);let o=n-j.value<=Os;q(()=>{o&&!r&&$("You hold your seats for less than a minute.")},[o]);let s=Date.parse(e.extendableUntil)-n>1e3,{add:i,remove:a}=t.difference(),c=i.length>0||a.length>0;async function d(){let m=await t.book();m&&ro(at(m))}return u(L,{children:[u("p",{children:[st(e.items),": ",u("strong",{children:G(e.total)})]}),u("p",{children:[u("strong",{class:"clock",children:He(n,j.value)})," left"]}),u("p",{class:"buttons",children:[u("button",{class:"main","aria-disabled":te.value!==null||c,onClick:()=>!c&&void d(),children:"Go on to pay"}),s&&u("button",{"aria-disabled":te.value!==null,onClick:()=>{t.extend()},children:"More time"}),u("button",{"aria-disabled":te.value!==null,onClick:()=>{t.release()},children:"Let go"})]})]})}function Us({sale:t,canChoose:e}){let[n,r]=M(2),[o,s]=M(""),[i,a]=M(""),c=t.lock.value?"":i.trim(),d=e||c!=="",m=t.event.value.sections;return u("form",{class:"best",onSubmit:p=>{p.preventDefault(),d&&t.best(n,m.length>1?o||m[0].name:"",c)},children:[u("p",{class:"fields",children:[u("label",{children:["Find me"," ",u("input",{type:"number",min:1,max:100,required:!0,value:n,onInput:({currentTarget:p})=>r(p.valueAsNumber||1)})]}),m.length>1&&u("label",{children:["in"," ",u("select",{value:o||m[0].name,onChange:({currentTarget:p})=>s(p.value),children:m.map(({id:p,name:g})=>u("option",{value:g,children:g},p))})]}),u("button",{"aria-disabled":te.value!==null||!d,children:t.lock.value?"Add the best":"Hold the best together"})]}),!t.lock.value&&u("details",{children:[u("summary",{children:"I have an access code"}),u("label",{children:["Access code ",u("input",{value:i,maxLength:128,autocomplete:"off",onInput:({currentTarget:p})=>a(p.value)})]})]})]})}function Eo(t){let e=Object.entries(t.counts.value).filter(([,n])=>n>0);return[...t.chosen.value,...e.map(([n,r])=>`${r} \xD7 ${n}`)].join(", ")}function Vs(t){let e=Object.fromEntries(t.event.value.sections.map(({name:s,price:i})=>[s,i])),n=[...t.chosen.value].map(s=>({money:t.hall.value.find(s)?.row.section.price,count:1})),r=Object.entries(t.counts.value).map(([s,i])=>({money:e[s],count:i})),o=zr([...n,...r].flatMap(({money:s,count:i})=>s?[{money:s,count:i}]:[]));return o?G(o):""}function Hs(){let t=Dt.value;return t.page==="event"?u(Lo,{id:t.id},t.id):t.page==="booking"?u(fo,{id:t.id},t.id):t.page==="bookings"?u(po,{}):u(ho,{})}function Gs(){let t=Z(!0);return q(()=>{document.title="Tickets",le.value=!1,t.current||document.querySelector("h1")?.focus(),t.current=!1},[Dt.value]),u(L,{children:[u("header",{children:[u("nav",{"aria-label":"Shop",children:[u("a",{href:Ge,children:"Tickets"}),u("a",{href:no,children:"My bookings"})]}),Ze.value===null?u("button",{onClick:()=>{je("VISIT")},children:"Sign in"}):u("span",{children:[Ze.value," ",u("button",{onClick:()=>{co()},children:"Sign out"})]})]}),le.value&&u("p",{class:"trouble",role:"status",children:"The connection is lost, so what you see may be old. It comes back by itself."}),u("main",{children:u(Hs,{})}),u("p",{class:"said","aria-live":"polite",children:it.value}),u(mo,{})]})}Un(u(Gs,{}),document.getElementById("shop"));
