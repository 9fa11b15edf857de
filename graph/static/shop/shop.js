var S,hn,Ft,ye,Pt,dt,kn,ct,_n,Ot,Dt,mo,Ze=Symbol.for("pv"),gt={},mt=[],po=/^m(i|n|o|s|text|space)$/,qt=Array.isArray,$t=mt.slice,Ce=Object.assign;function be(e){e&&e.parentNode&&e.remove()}function bn(e,t,n){var r,o,s,a={},i=arguments.length;for(s in t)s=="key"?r=t[s]:s=="ref"&&typeof e!="function"?o=t[s]:a[s]=t[s];return i>2&&(a.children=i>3?$t.call(arguments,2):n),Ge(e,a,r,o,null)}function Ge(e,t,n,r,o){var s={type:e,props:t,key:n,ref:r,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Ze,__v:o||++hn,__i:-1,__u:0};return!o&&S.vnode&&S.vnode(s),s}function M(e){return e.children}function Ie(e,t){this.props=e,this.context=t,this.__g=0}function fe(e,t){if(t==null)return e.__&&fe(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!="function"||e.props.__P?null:fe(e)}function yo(e){var t,n=e.__v,r=n.__e,o=[],s=[],a=e.__P;a&&((t=Ce({constructor:Ze},n)).__v=n.__v+1,S.vnode&&S.vnode(t),Ut(a,t,n,e.__n,a.namespaceURI,32&n.__u?[r]:null,o,r||fe(n),32&n.__u,s),t.__v=n.__v,t.__.__k[t.__i]=t,wn(o,t,s),n.__=n.__e=null,t.__e!=r&&Cn(t))}function Cn(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),Cn(e)}function yn(e){(8&e.__g||(e.__g|=8,ye.push(e),dt++))&&Pt==S.debounceRendering||((Pt=S.debounceRendering)||queueMicrotask)(vn)}function vn(){try{for(var e,t=1;ye.length;)ye.length>t&&ye.sort(kn),e=ye.shift(),t=ye.length,8&e.__g&&yo(e)}finally{(dt=ye.length)&&(Pt||queueMicrotask)(vn)}}function Sn(e,t,n,r,o,s,a,i,c,d,g){var p,m,l,y,f,k,C=r.__k||mt,h=t.length;for(c=fo(n,t,C,c,h),p=0;p<h;p++)(l=n.__k[p])!=null&&(m=~l.__i&&C[l.__i]||gt,l.__i=p,k=Ut(e,l,m,o,s,a,i,c,d,g),y=l.__e,(m.ref!=l.ref||8&m.__u)&&(m.ref&&Vt(m.ref,null,l,m),l.ref&&g.push(l.ref,l.__c||y,l)),f=f||y,4&l.__u?(c=xn(l,c,e,!m.__v),m.__e&&(m.__e=null)):typeof l.type=="function"&&k!==void 0?c=k:y&&(c=y.nextSibling),l.__u&=-21);return n.__e=f,c}function fo(e,t,n,r,o){var s,a,i,c,d,g,p,m,l,y=n.length,f=y,k=0,C=0,h=e.__k=Array(o);for(s=0;s<o;s++)(a=t[s])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=h[s]=Ge(null,a):qt(a)?a=h[s]=Ge(M,{children:a}):a.constructor===Ze&&a.__b?a=h[s]=Ge(a.type,a.props,a.key,a.ref,a.__v):h[s]=a,c=s+k,a.__=e,a.__b=e.__b+1,i=null,~(d=a.__i=ho(a,n,c,f))&&(f--,(i=n[d])&&(i.__u|=2)),i&&i.__v?(a.__u|=16,d==c-1?k--:d==c+1?k++:d!=c&&(d>c?k--:k++,C=1)):(~d||(o>y?k--:o<y&&k++),typeof a.type!="function"&&(a.__u|=4))):h[s]=null;if(C){for(g=[],p=[],s=0;s<o;s++)if((a=h[s])&&16&a.__u){for(k=0,m=g.length;k<m;)g[l=k+m>>1]<a.__i?k=l+1:m=l;g[k]=a.__i,p[s]=k+1}for(k=g.length;s--;)p[s]&&(p[s]==k?k--:h[s].__u|=4)}if(f)for(s=0;s<y;s++)!(i=n[s])||2&i.__u||(i.__e==r&&(r=fe(i)),Ht(i,i));return r}function xn(e,t,n,r){var o,s,a,i;if(typeof e.type=="function"){if(e.props.__P)return t;if(o=e.__k)for(s=0;s<o.length;s++)o[s]&&(o[s].__=e,t=xn(o[s],t,n,!1));return t}for(t&&!t.parentNode&&(t=fe(e))&&!t.parentNode&&(t=null),a=e.__e,i=t;i&&i.nodeType==8;)i=i.nextSibling;for(a!=i&&(!r&&n.moveBefore&&a.parentNode?n.moveBefore(a,t):n.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith("$s"););return t}function ho(e,t,n,r){var o,s=e.key,a=e.type,i=t[n],c=i&&!(2&i.__u);if(i===null&&s==null||c&&s==i.key&&a==i.type)return n;if(r>(c?1:0)){for(o=n-1;o>=0;o--)if((i=t[o])&&!(2&i.__u)&&s==i.key&&a==i.type)return o;for(o=n+1;o<t.length;o++)if((i=t[o])&&!(2&i.__u)&&s==i.key&&a==i.type)return o}return-1}function fn(e,t,n){n==null&&(n=""),t[0]=="-"?e.setProperty(t,n):e[t]=n}function ut(e,t,n,r,o){var s,a;if(t=="style")if(typeof n=="string")e.style.cssText=n;else{if(typeof r=="string"&&(e.style.cssText=r=""),r)for(t in r)n&&t in n||fn(e.style,t);if(n)for(t in n)r&&n[t]==r[t]||fn(e.style,t,n[t])}else if(t[0]=="o"&&t[1]=="n")typeof n!="function"&&(n=null),typeof r!="function"&&(r=null),(e.__e||(e.__e={}))[t]=n,n&&r||(a=Dt[t]||(Dt[t]=ko(t)),(e.__a||(e.__a={}))[t]=Ot,s=t!=(t=t.replace(_n,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),n?e.addEventListener(t,a,s):e.removeEventListener(t,a,s));else{if(o=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&n==1?"":n)}}function ko(e){return function(t){var n=this.__e;if(n){if(n=n[e],t[ct]==null)t[ct]=Ot++;else if(t[ct]<this.__a[e])return;return n(S.event?S.event(t):t)}}}function Ut(e,t,n,r,o,s,a,i,c,d){var g,p,m,l,y,f,k,C,h,b,E,oe,se,pe,Y,_e,ie,ue,te=t.type;if(t.constructor!==Ze)return null;128&n.__u&&(c=32&n.__u,g=n.__c.__z)&&(t.__u|=c,p=s=[],g.nodeType==8?i=lt(g,s):s.push(g),i=s[0]||i),(g=S.__b)&&g(t);e:if(typeof te=="function"){m=a.length;try{if(C=t.props,h=(g=te.prototype)&&g.render,b=(g=te.contextType)&&r[g.__c],E=g?b?b.props.value:g.__:r,(l=n.__c)?(t.__c=l,2&l.__g&&(l.__g|=1)):(h?t.__c=l=new te(C,E):(t.__c=l=new Ie(C,E),l.constructor=te,l.render=bo),b&&b.sub(l),l.state||(l.state={}),l.__n=r,l.__g|=8,l.__h=[],l.__k=[]),h&&(l.__s||(l.__s=l.state),te.getDerivedStateFromProps&&(l.__s==l.state&&(l.__s=Ce({},l.__s)),Ce(l.__s,te.getDerivedStateFromProps(C,l.__s)))),y=l.props,f=l.state,l.__v=t,n.__c){if(C!==y&&h&&!te.getDerivedStateFromProps&&l.componentWillReceiveProps&&l.componentWillReceiveProps(C,E),t.__v==n.__v&&!(8&l.__g)||!(4&l.__g)&&l.shouldComponentUpdate&&l.shouldComponentUpdate(C,l.__s,E)===!1){t.__v!=n.__v&&(l.props=C,l.state=l.__s,l.__g&=-9),t.__e=n.__e,t.__k=n.__k,t.__k.some(function(j){j&&(j.__=t)}),mt.push.apply(l.__h,l.__k),l.__k=[],l.__h.length&&a.push(l),i=fe(n);break e}l.componentWillUpdate&&l.componentWillUpdate(C,l.__s,E),h&&l.componentDidUpdate&&l.__h.push(function(){l.componentDidUpdate(y,f,k)})}else h&&!te.getDerivedStateFromProps&&l.componentWillMount&&l.componentWillMount(),h&&l.componentDidMount&&l.__h.push(l.componentDidMount);l.context=E,l.props=C,l.__P=e,l.__g&=-5,oe=S.__r,se=h?25:0;do l.__g&=-9,oe&&oe(t),g=l.render(l.props,l.state=l.__s,l.context);while(8&l.__g&&++se<25);h&&(mt.push.apply(l.__h,l.__k),l.__k=[]),l.state=l.__s,l.getChildContext&&(r=Ce({},r,l.getChildContext())),h&&n.__c&&l.getSnapshotBeforeUpdate&&(k=l.getSnapshotBeforeUpdate(y,f)),pe=g&&g.type===M&&g.key==null?g.props.children:g,C.__P&&(g=i,o=(e=C.__P).namespaceURI,c=s=null,n.props&&n.props.__P!=e&&(n.__k.some(function(j){j&&Ht(j,j)}),n.__k=null),i=n.__k?fe(n,0):null),i=Sn(e,qt(pe)?pe:[pe],t,n,r,o,s,a,i,c,d),C.__P&&(t.__e=null,i=g),t.__u&=-161,p&&p.some(be),l.__h.length&&a.push(l),1&l.__g&&(l.__g&=-4)}catch(j){if(a.length=m,t.__v=null,c||s)if(j&&j.then){if(t.__u|=128|c,s){for(~(ie=s.indexOf(i||void 0))||(ie=s.length);(ue=s[ie-1])&&ue.nodeType==8;)ie--;for(;ie<s.length;ie++)if(ue=s[ie])if(s[ie]=null,Y){if(ue==_e)break}else{if(ue.nodeType!=8)break;ue.data.startsWith("$s")&&(_e=lt(Y=ue))}}if(!Y){for(;i&&i.nodeType==8&&i.nextSibling;)i=i.nextSibling;Y=i}(g=lt(Y=t.__c.__z||(t.__c.__z=Y)))?(t.__e=Y,i=g):t.__e=i,i=i&&i.nextSibling}else s&&s.some(be);else t.__e=n.__e;t.__k||(t.__k=n.__k||[]),j&&j.then||An(t),S.__e(j,t,n)}}else i=t.__e=_o(n.__e,t,n,r,o,s,a,c,d,e);return(g=S.diffed)&&g(t),i}function lt(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))n++;else if(e.data.startsWith("/$s")&&!--n)return e}t&&t.push(e)}}function An(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(An))}function wn(e,t,n){for(var r=0;r<n.length;)Vt(n[r++],n[r++],n[r++]);S.__c&&S.__c(t,e),e.some(function(o){try{e=o.__h,o.__h=[],e.some(function(s){s.call(o)})}catch(s){S.__e(s,o.__v)}})}function _o(e,t,n,r,o,s,a,i,c,d){var g,p,m,l,y,f,k,C,h=n.props||gt,b=t.props,E=t.type;if(E=="svg"?o="http://www.w3.org/2000/svg":E=="math"?o="http://www.w3.org/1998/Math/MathML":o||(o="http://www.w3.org/1999/xhtml"),s){for(g=0;g<s.length;g++)if((y=s[g])&&(E?y.localName==E:y.nodeType==3)){e=y,s[g]=null;break}}if(!e){if(C=d.ownerDocument||document,!E)return C.createTextNode(b);e=C.createElementNS(o,E,b.is?b:d),i&&(S.__m&&S.__m(t,s),i=!1),s=null}if(E){if(d=E=="template"&&e.content||e,s=E=="textarea"&&b.defaultValue!=null?null:s&&$t.call(d.childNodes),!i&&s)for(h={},g=0;g<e.attributes.length;g++)h[(y=e.attributes[g]).name]=y.value;for(g in h)y=h[g],g=="dangerouslySetInnerHTML"?m=y:g=="children"||g in b||g=="value"&&"defaultValue"in b||g=="checked"&&"defaultChecked"in b||ut(e,g,null,y,o);for(g in b)y=b[g],g=="children"?l=y:g=="dangerouslySetInnerHTML"?p=y:g=="value"?f=y:g=="checked"?k=y:i&&typeof y!="function"||h[g]===y||ut(e,g,y,h[g],o);p?(i||m&&(p.__html==m.__html||p.__html==e.innerHTML)||(e.innerHTML=p.__html),t.__k=[]):(m&&(e.textContent=""),(E=="foreignObject"||o=="http://www.w3.org/1998/Math/MathML"&&po.test(E))&&(o="http://www.w3.org/1999/xhtml"),Sn(d,qt(l)?l:[l],t,n,r,o,s,a,s?s[0]:n.__k&&fe(n,0),i,c),s&&s.some(be)),i&&E!="textarea"||(g="value",E=="progress"&&f==null?e.removeAttribute(g):f==null||f===e[g]&&(E!="progress"||f)||ut(e,g,f,h[g],o),g="checked",k!=null&&k!=e[g]&&ut(e,g,k,h[g],o))}else h===b||i&&e.data==b||(e.data=b);return e}function Vt(e,t,n,r){try{typeof e=="function"?t?t.__x=e(t)||1:r&&(r=r.__c||r.__e)&&(t=r.__x)&&(r.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(o){S.__e(o,n)}}function Ht(e,t,n){var r,o,s,a;if(S.unmount&&S.unmount(e),!(r=e.ref)||r.current&&r.current!=e.__e||Vt(r,null,t,e),r=e.__c){if(r.componentWillUnmount)try{r.componentWillUnmount()}catch(i){S.__e(i,t)}r.__P=r.__n=null}if(r=e.__k)for(a=0;a<r.length;a++)r[a]&&Ht(r[a],t,typeof e.type!="function"||n&&!e.props.__P);!n&&(r=e.__c)&&(r=r.__z)&&(o=lt(r,s=[]))&&(r==e.__e&&s.some(be),be(o),be(r)),n||be(e.__e),e.__e=e.__c=e.__=null}function bo(e,t,n){return this.constructor(e,n)}function En(e,t){var n,r,o,s;S.__&&S.__(e,t),t.nodeType==9&&(t=t.documentElement),r=(n=e&&32&e.__u)?null:t.__k,t.__k=Ge(M,{children:[e]}),o=[],s=[],Ut(t,t.__k,r||gt,gt,t.namespaceURI,r?null:t.firstChild?$t.call(t.childNodes):null,o,r?r.__e:t.firstChild,n,s),wn(o,t.__k,s),t.__k.props.children=null}S={__e:function(e,t,n,r){for(var o,s,a;t=t.__;)if((o=t.__c)&&!(1&o.__g)){o.__g|=4;try{if((a=(s=o.constructor)&&s.getDerivedStateFromError)&&o.setState(s.getDerivedStateFromError(e)),o.componentDidCatch&&(o.componentDidCatch(e,r||{}),a=1),a&&8&o.__g)return void(o.__g|=2)}catch(i){e=i}}throw dt=0,e}},hn=0,Ft=function(e){return e!=null&&e.constructor===Ze},Ie.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=Ce({},this.state)),typeof e=="function"&&(e=e(Ce({},n),this.props)),e&&(Ce(n,e),this.__v&&(t&&this.__k.push(t),yn(this)))},Ie.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),yn(this))},Ie.prototype.render=M,ye=[],dt=0,kn=function(e,t){return e.__v.__b-t.__v.__b},ct=Symbol(),_n=/(PointerCapture)$|Capture$/i,Ot=0,Dt={},mo=0;var Me,F,Gt,Ln,Zt=Object.is,pt=0,Fn=[],Wt=[],N=S,In=N.__b,Mn=N.__r,Rn=N.diffed,Tn=N.__c,Nn=N.unmount,Bn=N.__;function yt(e,t){N.__h&&N.__h(F,e,pt||t),pt=0;var n=F.__H||(F.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function R(e){return pt=1,Co(qn,e)}function Co(e,t,n){var r=yt(Me++,2);if(r.t=e,!r.__c&&(r.__=[n?n(t):qn(void 0,t),function(s){var a=(r.__N||r.__)[0],i=r.t(a,s);Zt(a,i)||(r.__N=[i,r.__[1]],r.__c.setState({}))}],r.__c=F,!F.__f)){F.__f=!0;var o=F.shouldComponentUpdate;F.shouldComponentUpdate=function(s,a,i){var c=this.__H;if(!c)return!0;var d=!1,g=this.props!=s;if(c.__.some(function(m){m.__N&&(d=!0,Zt(m.__[0],m.__N[0])||(g=!0))}),o){var p=o.call(this,s,a,i);return d?p||g:p}return!d||g}}return r.__}function O(e,t){var n=yt(Me++,3);!N.__s&&Kt(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,F.__H.__h.push(n))}function On(e,t){var n=yt(Me++,4);!N.__s&&Kt(n.__H,t)&&(n.__P=!1,n.__=e,n.u=t,F.__h.push(n))}function ae(e){return pt=5,Re(function(){return{current:e}},[])}function Re(e,t){var n=yt(Me++,7);return Kt(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function vo(){var e;do{for(;e=Wt.shift();)try{We(e)}catch(n){N.__e(n,{__:(e=e.__P)&&e.__v})}for(;e=Fn.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(We),t.__h.some(jt),t.__h=[]}catch(n){t.__h=[],N.__e(n,e.__v)}}}while(Wt.length)}N.__b=function(e){F=null,In&&In(e)},N.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),Bn&&Bn(e,t)},N.__r=function(e){Mn&&Mn(e),Me=0;var t=(F=e.__c).__H;t&&(Gt==F?F.__h=[]:(t.__h.some(We),t.__h.some(jt),Me=0),t.__h=[],t.__.some(function(n){n.__N&&(n.__=n.__N),n.u=n.__N=void 0})),Gt=F},N.diffed=function(e){Rn&&Rn(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Dn(Fn.push(t)),t.__H.__.some(function(n){n.u&&(n.__H=n.u)})),Gt=F=null},N.__c=function(e,t){t.some(function(n){try{n.__h.some(We),n.__h=n.__h.filter(function(r){return!r.__||jt(r)})}catch(r){n.__h=[function(){throw r}]}}),Tn&&Tn(e,t)},N.unmount=function(e){Nn&&Nn(e);var t,n,r=e.__c;r&&r.__H&&(r.__H.__.some(function(o){try{if(o.__P&&o.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||!n.__c.__P);)n=n.__;n=n&&n.__c}o.__P=n,Dn(Wt.push(o))}else We(o)}catch(s){t=s}}),r.__H=void 0,t&&N.__e(t,r.__v))};var Pn=typeof requestAnimationFrame=="function";function So(e){var t,n=function(){clearTimeout(r),Pn&&cancelAnimationFrame(t),setTimeout(e)},r=setTimeout(n,35);Pn&&(t=requestAnimationFrame(n))}function Dn(e){e!=1&&Ln==N.requestAnimationFrame||((Ln=N.requestAnimationFrame)||So)(vo)}function We(e){var t=F,n=e.__c;typeof n=="function"&&(e.__c=void 0,n()),F=t}function jt(e){var t=F;e.__c=e.__(),F=t}function Kt(e,t){return!e||e.length!=t.length||t.some(function(n,r){return!Zt(n,e[r])})}function qn(e,t){return typeof t=="function"?t(e):t}var ne=class extends Error{name="Refused";code;outcome;constructor(t){super(t.message),this.code=t.code,this.outcome=t}};function Te(e,t){return e instanceof ne&&e.outcome.__typename===t?e.outcome:void 0}var V=class extends Error{name="RequestFailed";code;extensions;constructor(t,n,r={}){super(n),this.code=t,this.extensions=r}},W=class extends Error{name="SessionEnded"},je=class extends Error{name="ConnectionEnded"};var q=class extends String{__apiType;value;__meta__;constructor(t,n){super(t),this.value=t,this.__meta__=n}toString(){return this.value}};var $n=new q(`
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
}`),Un=new q(`
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
}`),Vn=new q(`
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
}`),Hn=new q(`
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
}`),Gn=new q(`
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
}`),Zn=new q(`
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
}`),Wn=new q(`
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
}`),jn=new q(`
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
}`),Qt=new q(`
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
}`),Kn=new q(`
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
}`),Qn=new q(`
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
}`),Yn=new q(`
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
}`),zn=new q(`
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
}`),Jn=new q(`
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
}`),Xn=new q(`
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
}`);var er=new q(`
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
}`),tr=new q(`
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
}`),nr=new q(`
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
}`);var ge=class{#e=300;next(t=0){let n=t+this.#e*(1+Math.random())/2;return this.#e=Math.min(2*this.#e,15e3),n}};function Ne(e,t){return new Promise(n=>{let r=()=>{clearTimeout(o),t?.removeEventListener("abort",r),n()},o=setTimeout(r,e);t?.addEventListener("abort",r),t?.aborted&&r()})}var xo=.9,ft=class{#e;#t;#n=null;#a;#r;constructor(t,n,r){this.#a=t,this.#r=n,this.#e=r,this.#t=r?rr(r):1/0}get tokens(){return this.#e}begin({accessToken:t,expiresAt:n,refreshToken:r}){let o={accessToken:t,expiresAt:n,refreshToken:r};this.#r?.(o),this.#e=o;let s=rr(o);this.#t=s>performance.now()?s:1/0}end(){this.#r?.(null),this.#e=null}async token(t=""){let n=this.#e;return n&&(n.accessToken===t||performance.now()>=this.#t)&&(this.#n??=this.#i(n).finally(()=>this.#n=null),await this.#n),this.#e?.accessToken??""}async#i(t){let n;try{n=await this.#a(t.refreshToken)}catch(r){throw r instanceof ne?(this.#e===t&&this.end(),new W(r.message)):r}this.#e===t&&this.begin(n)}};function rr({expiresAt:e}){return performance.now()+xo*(Date.parse(e)-Date.now())}var Ao=15e3,wo=25e3,Eo=["UNAVAILABLE","RATE_LIMITED","TOO_MANY_CONNECTIONS","REQUEST_TIMEOUT"],Lo=[408,429,502,503,504];function Yt(e){let t=async r=>K(n,Vn,{input:{refreshToken:r}},{signedIn:!1,patience:wo}),n={options:e,session:new ft(t,e.onTokens,e.tokens??null)};return n}function Be(){return crypto.randomUUID()}async function K(e,t,n,r){let[o]=Object.values(await ve(e,t,n,r));if("code"in o)throw new ne(o);return o}async function ve(e,t,n,{signedIn:r=!0,patience:o=e.options.patience??6e4,attempts:s={lost:!1}}={}){let a=performance.now()+o,[i,c]=[new ge,JSON.stringify({query:t.toString(),variables:n})];for(let d="";;){let g=r?await e.session.token(d):"",[p,m]=await Io(e.options.url,c,g),l=ht(p);if(!l)return p.data;if(s.lost||=l.code==="UNAVAILABLE",l.code==="UNAUTHENTICATED"&&g&&!d){d=g;continue}let y=i.next(Jt(l)*1e3||m);if(!zt(l)||performance.now()+y>a)throw l;await Ne(y)}}async function Io(e,t,n){let r={Accept:"application/graphql-response+json, application/json","Content-Type":"application/json",...n&&{Authorization:`Bearer ${n}`}},[o,s,a]=["UNAVAILABLE","",0];try{let i=await fetch(e,{method:"POST",headers:r,body:t,signal:AbortSignal.timeout(Ao)}),{status:c}=i;a=1e3*(Number(i.headers.get("Retry-After"))||0),s=`HTTP ${c}`,c>=400&&c<500&&!Lo.includes(c)&&(o=`HTTP_${c}`);let d=await i.json();if(d&&typeof d=="object"&&("data"in d||"errors"in d))return[d,a]}catch(i){s||=String(i)}return[{errors:[{message:s,extensions:{code:o}}]},a]}function ht({errors:e}){let[t]=e??[];return t&&new V(String(t.extensions?.code??"UNKNOWN"),t.message,t.extensions)}function zt({code:e}){return Eo.includes(e)}function Jt({extensions:e}){return Number(e.retryAfterSeconds)||0}async function or(e,t={}){return Xt((await ve(e,Gn,t)).events)}async function sr(e,t,{map:n=!0}={}){return(await ve(e,Zn,{id:t,map:n})).event}async function ir(e,t){return(await ve(e,Xn,{id:t})).seatLock}async function ar(e,t={}){return Xt((await ve(e,er,t)).viewer).seatLocks}async function ur(e,t={}){return Xt((await ve(e,tr,t)).viewer).bookings}function Xt(e){if(e===null)throw new V("UNAUTHENTICATED","Sign in first.");return e}async function cr(e,t){let{eventId:n,seats:r,accessCode:o,key:s=Be()}=t,a={eventId:n,selection:Mo(r),accessCode:o,idempotencyKey:s};return K(e,jn,{input:a})}function Mo(e){return typeof e=="number"?{quantity:{count:e}}:Ro(e)?{seats:[...e]}:e}function Ro(e){return Array.isArray(e)}async function lr(e,t){let n={lost:!1};try{return(await K(e,Kn,{input:{lockId:t}},{attempts:n})).lock}catch(r){let o=n.lost&&Te(r,"LimitExceeded")?await ir(e,t):null;if(!o)throw r;return o}}async function dr(e,t){return(await K(e,Qn,{input:{lockId:t}})).lock}async function gr(e,t){return(await K(e,Yn,{input:{lockId:t}})).booking}async function mr(e,t){let{key:n=Be(),...r}=t;for(let o=new ge;;)try{return await K(e,zn,{input:{...r,idempotencyKey:n}})}catch(s){if(Te(s,"PaymentTimedOut")?.booking.status!=="PAYMENT_PENDING")throw s;await Ne(o.next())}}async function pr(e,t,n){return K(e,Jn,{input:{bookingId:t,reason:n}})}function Q(e){return e===null?"null":Array.isArray(e)?"array":typeof e}function he(e){return Q(e)==="object"}function To(e){return Array.isArray(e)&&e.length>0&&e.every(t=>"message"in t)}function en(e,t){return e.length<124?e:t}var yr="graphql-transport-ws";var z=(e=>(e[e.InternalServerError=4500]="InternalServerError",e[e.InternalClientError=4005]="InternalClientError",e[e.BadRequest=4400]="BadRequest",e[e.BadResponse=4004]="BadResponse",e[e.Unauthorized=4401]="Unauthorized",e[e.Forbidden=4403]="Forbidden",e[e.SubprotocolNotAcceptable=4406]="SubprotocolNotAcceptable",e[e.ConnectionInitialisationTimeout=4408]="ConnectionInitialisationTimeout",e[e.ConnectionAcknowledgementTimeout=4504]="ConnectionAcknowledgementTimeout",e[e.SubscriberAlreadyExists=4409]="SubscriberAlreadyExists",e[e.TooManyInitialisationRequests=4429]="TooManyInitialisationRequests",e))(z||{}),J=(e=>(e.ConnectionInit="connection_init",e.ConnectionAck="connection_ack",e.Ping="ping",e.Pong="pong",e.Subscribe="subscribe",e.Next="next",e.Error="error",e.Complete="complete",e))(J||{});function fr(e){if(!he(e))throw new Error(`Message is expected to be an object, but got ${Q(e)}`);if(!e.type)throw new Error("Message is missing the 'type' property");if(typeof e.type!="string")throw new Error(`Message is expects the 'type' property to be a string, but got ${Q(e.type)}`);switch(e.type){case"connection_init":case"connection_ack":case"ping":case"pong":{if(e.payload!=null&&!he(e.payload))throw new Error(`"${e.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${e.payload}"`);break}case"subscribe":{if(typeof e.id!="string")throw new Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Q(e.id)}`);if(!e.id)throw new Error(`"${e.type}" message requires a non-empty 'id' property`);if(!he(e.payload))throw new Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${Q(e.payload)}`);if(typeof e.payload.query!="string")throw new Error(`"${e.type}" message payload expects the 'query' property to be a string, but got ${Q(e.payload.query)}`);if(e.payload.variables!=null&&!he(e.payload.variables))throw new Error(`"${e.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${Q(e.payload.variables)}`);if(e.payload.operationName!=null&&Q(e.payload.operationName)!=="string")throw new Error(`"${e.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${Q(e.payload.operationName)}`);if(e.payload.extensions!=null&&!he(e.payload.extensions))throw new Error(`"${e.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${Q(e.payload.extensions)}`);break}case"next":{if(typeof e.id!="string")throw new Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Q(e.id)}`);if(!e.id)throw new Error(`"${e.type}" message requires a non-empty 'id' property`);if(!he(e.payload))throw new Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${Q(e.payload)}`);break}case"error":{if(typeof e.id!="string")throw new Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Q(e.id)}`);if(!e.id)throw new Error(`"${e.type}" message requires a non-empty 'id' property`);if(!To(e.payload))throw new Error(`"${e.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(e.payload)}`);break}case"complete":{if(typeof e.id!="string")throw new Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Q(e.id)}`);if(!e.id)throw new Error(`"${e.type}" message requires a non-empty 'id' property`);break}default:throw new Error(`Invalid message 'type' property "${e.type}"`)}return e}function hr(e,t){return fr(typeof e=="string"?JSON.parse(e,t):e)}function Pe(e,t){return fr(e),JSON.stringify(e,t)}function nn(e){let{url:t,connectionParams:n,lazy:r=!0,onNonLazyError:o=console.error,lazyCloseTimeout:s=0,keepAlive:a=0,disablePong:i,connectionAckWaitTimeout:c=0,retryAttempts:d=5,retryWait:g=async function(I){let _=Math.pow(2,I);await new Promise(A=>setTimeout(A,_*1e3+Math.floor(Math.random()*2700+300)))},shouldRetry:p=tn,on:m,webSocketImpl:l,generateID:y=function(){return"xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g,I=>{let _=Math.random()*16|0;return(I=="x"?_:_&3|8).toString(16)})},jsonMessageReplacer:f,jsonMessageReviver:k}=e,C;if(l){if(!Bo(l))throw new Error("Invalid WebSocket implementation provided");C=l}else typeof WebSocket<"u"?C=WebSocket:typeof global<"u"?C=global.WebSocket||global.MozWebSocket:typeof window<"u"&&(C=window.WebSocket||window.MozWebSocket);if(!C)throw new Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");let h=C,b=(()=>{let v=(()=>{let _={};return{on(A,P){return _[A]=P,()=>{delete _[A]}},emit(A){"id"in A&&_[A.id]?.(A)}}})(),I={connecting:m?.connecting?[m.connecting]:[],opened:m?.opened?[m.opened]:[],connected:m?.connected?[m.connected]:[],ping:m?.ping?[m.ping]:[],pong:m?.pong?[m.pong]:[],message:m?.message?[v.emit,m.message]:[v.emit],closed:m?.closed?[m.closed]:[],error:m?.error?[m.error]:[]};return{onMessage:v.on,on(_,A){let P=I[_];return P.push(A),()=>{let D=P.indexOf(A);D>-1&&P.splice(D,1)}},emit(_,...A){for(let P of[...I[_]])P(...A)}}})();function E(v){let I=[b.on("error",_=>{I.forEach(A=>A()),v(_)}),b.on("closed",_=>{I.forEach(A=>A()),v(_)})];return()=>I.forEach(_=>_())}let oe,se=0,pe,Y=!1,_e=0,ie=!1;async function ue(){clearTimeout(pe);let[v,I]=await(oe??(oe=new Promise((P,D)=>(async()=>{if(Y){if(await g(_e),!se)return oe=void 0,D({code:1e3,reason:"All Subscriptions Gone"});_e++}b.emit("connecting",Y);let x=new h(typeof t=="function"?await t():t,yr),de,Ee;function at(){isFinite(a)&&a>0&&(clearTimeout(Ee),Ee=setTimeout(()=>{x.readyState===h.OPEN&&(x.send(Pe({type:J.Ping})),b.emit("ping",!1,void 0))},a))}E(Z=>{oe=void 0,clearTimeout(de),clearTimeout(Ee),D(Z),Z instanceof Ke&&(x.close(4499,"Terminated"),x.onerror=null,x.onclose=null)}),x.onerror=Z=>b.emit("error",Z),x.onclose=Z=>b.emit("closed",Z),x.onopen=async()=>{try{b.emit("opened",x);let Z=typeof n=="function"?await n():n;if(x.readyState!==h.OPEN)return;x.send(Pe(Z?{type:J.ConnectionInit,payload:Z}:{type:J.ConnectionInit},f)),isFinite(c)&&c>0&&(de=setTimeout(()=>{x.close(z.ConnectionAcknowledgementTimeout,"Connection acknowledgement timeout")},c)),at()}catch(Z){b.emit("error",Z),x.close(z.InternalClientError,en(Z instanceof Error?Z.message:String(Z),"Internal client error"))}};let Le=!1;x.onmessage=({data:Z})=>{try{let U=hr(Z,k);if(b.emit("message",U),U.type==="ping"||U.type==="pong"){b.emit(U.type,!0,U.payload),U.type==="pong"?at():i||(x.send(Pe(U.payload?{type:J.Pong,payload:U.payload}:{type:J.Pong},f)),b.emit("pong",!1,U.payload));return}if(Le)return;if(U.type!==J.ConnectionAck)throw new Error(`First message cannot be of type ${U.type}`);clearTimeout(de),Le=!0,b.emit("connected",x,U.payload,Y),Y=!1,_e=0;let pn=new Promise((ys,go)=>E(go));pn.catch(()=>{}),P([x,pn])}catch(U){x.onmessage=null,b.emit("error",U),x.close(z.BadResponse,en(U instanceof Error?U.message:String(U),"Bad response"))}}})())));v.readyState===h.CLOSING&&await I;let _=()=>{},A=new Promise(P=>_=P);return[v,_,new Promise((P,D)=>{let x=E(D);v.readyState!==h.OPEN&&I.catch(D),A.then(()=>{if(x(),!se){let de=()=>v.close(1e3,"Normal Closure");isFinite(s)&&s>0?(clearTimeout(pe),pe=setTimeout(()=>{!se&&v.readyState===h.OPEN&&de()},s)):de()}P()})})]}function te(v){if(tn(v)&&(No(v.code)||[z.InternalServerError,z.InternalClientError,z.BadRequest,z.BadResponse,z.Unauthorized,z.SubprotocolNotAcceptable,z.SubscriberAlreadyExists,z.TooManyInitialisationRequests].includes(v.code)))throw v;if(ie)return!1;if(tn(v)&&v.code===1e3)return se>0;if(!d||_e>=d||!p(v))throw v;return Y=!0}r||(async()=>{for(se++;;)try{let[,,v]=await ue();await v}catch(v){try{if(!te(v))return}catch(I){return o?.(I)}}})();function j(v,I){let _=y(v),A=!1,P=!1,D=()=>{se--,A=!0};return(async()=>{for(se++;;)try{let[x,de,Ee]=await ue();if(A)return Ee.catch(()=>{}),de();let at=b.onMessage(_,Le=>{switch(Le.type){case J.Next:{I.next(Le.payload);return}case J.Error:{P=!0,A=!0,I.error(Le.payload),D();return}case J.Complete:{A=!0,D();return}}});x.send(Pe({id:_,type:J.Subscribe,payload:v},f)),D=()=>{!A&&x.readyState===h.OPEN&&x.send(Pe({id:_,type:J.Complete},f)),se--,A=!0,de()},await Ee.finally(at);return}catch(x){if(!te(x))return}})().then(()=>{P||I.complete()}).catch(x=>{I.error(x)}),()=>{A||D()}}return{on:b.on,subscribe:j,iterate(v){let I=[],_={done:!1,error:null,resolve:()=>{}},A=j(v,{next(D){I.push(D),_.resolve()},error(D){_.done=!0,_.error=D,_.resolve()},complete(){_.done=!0,_.resolve()}}),P=(async function*(){for(;;){for(I.length||await new Promise(x=>_.resolve=x);I.length;)yield I.shift();if(_.error)throw _.error;if(_.done)return}})();return P.throw=async D=>(_.done||(_.done=!0,_.error=D,_.resolve()),{done:!0,value:void 0}),P.return=async()=>(A(),{done:!0,value:void 0}),P},async dispose(){if(ie=!0,oe){let[v]=await oe;v.close(1e3,"Normal Closure")}},terminate(){oe&&b.emit("closed",new Ke)}}}var Ke=class extends Error{name="TerminatedCloseEvent";message="4499: Terminated";code=4499;reason="Terminated";wasClean=!1};function tn(e){return he(e)&&"code"in e&&"reason"in e}function No(e){return[1e3,1001,1006,1005,1012,1013,1014].includes(e)?!1:e>=1e3&&e<=1999}function Bo(e){return typeof e=="function"&&"constructor"in e&&"CLOSED"in e&&"CLOSING"in e&&"CONNECTING"in e&&"OPEN"in e}var Po=3e4,Do=15e3,kr=4403,Fo=1009;function Cr({url:e,token:t,silence:n=Po,...r}){let[o,s,a,i]=["","",!0,!1],c,d=nn({url:e.replace(/^http/,"ws"),connectionParams:async()=>{if(o=await t(s),s&&o===s)throw new Error("The access token is not valid; sign in again.");return o?{Authorization:`Bearer ${o}`}:{}},retryAttempts:1/0,retryWait:l=>{let y=Math.min(500*2**l,Do);return new Promise(f=>setTimeout(f,y*(.5+Math.random()/2)))},shouldRetry:l=>{let y=br(l);return y===void 0?!(l instanceof Error):y===kr?a:y!==Fo},...r}),g=()=>{clearTimeout(c),c=setTimeout(()=>d.terminate(),n)};d.on("connecting",g),d.on("connected",()=>[s,i]=["",!1]),d.on("closed",l=>{clearTimeout(c),br(l)===kr&&(a=o!==""&&!s,s=o)}),d.on("error",()=>clearTimeout(c)),d.on("message",l=>{g(),l.type==="error"&&_r(l.payload)&&p()});let p=()=>{i||(i=!0,s=o,d.terminate())};return{...d,subscribe:(l,y)=>{let f=!1,k=()=>d.subscribe(l,{complete:()=>y.complete(),next:h=>{f=!1,y.next(h)},error:h=>{if(f||!_r(h))return y.error(h);f=!0,p(),C=k()}}),C=k();return()=>C()}}}var _r=e=>Array.isArray(e)&&e.some(({extensions:t})=>t?.code==="UNAUTHENTICATED"),br=e=>e.code;function rn(e){let[t]=Array.isArray(e)?e:[e],{message:n,reason:r,code:o}=t??{};return n||r||(o?`The connection was closed with ${o}.`:"The server cannot be reached.")}async function*kt(e,{eventId:t,rows:n=!0,labels:r=!1,whole:o=!1,signal:s}){let a=Sr(e,Wn,{event:t,rows:n,labels:r,whole:o},s);for await(let{seatAvailability:i}of a)yield i}async function*vr(e,{bookingId:t,signal:n}){for await(let{bookingStatus:r}of Sr(e,nr,{booking:t},n))yield r}async function*Sr(e,t,n,r){let o={query:t.toString(),variables:{...n}},[s,a]=[new ge,!1];for(;!r?.aborted;){let i=0,c=Oo(e).iterate(o),d=()=>{c.return?.()};r?.addEventListener("abort",d);try{for await(let g of c){let p=ht(g);if(p)throw p;yield g.data,[s,a]=[new ge,!1]}}catch(g){let p=Array.isArray(g)?ht({errors:g}):g;if(p instanceof W)throw p;if(!(p instanceof V))throw new je(rn(p));if(!(p.code==="UNAUTHENTICATED"&&e.session.tokens&&!a)&&!zt(p)&&p.code!=="INTERNAL")throw p;[a,i]=[p.code==="UNAUTHENTICATED",1e3*Jt(p)],e.options.onLost?.(p.message)}finally{r?.removeEventListener("abort",d)}await Ne(s.next(i),r)}}function Oo(e){let{url:t,silence:n,webSocketImpl:r,onLost:o}=e.options;return e.socket??=Cr({url:t,token:s=>e.session.token(s),...n&&{silence:n},...r?{webSocketImpl:r}:{},on:{closed:s=>s.code===1e3||o?.(rn(s))}})}async function xr(e,t){let n={lost:!1};try{let r=await K(e,$n,{input:t},{signedIn:!1,attempts:n});return e.session.begin(r),r.user}catch(r){if(!(r instanceof ne&&r.code==="EMAIL_TAKEN"&&n.lost))throw r;return on(e,t)}}async function on(e,{email:t,password:n}){let r=await K(e,Un,{input:{email:t,password:n}},{signedIn:!1});return e.session.begin(r),r.user}async function Ar(e,{everywhere:t=!1}={}){let{tokens:n}=e.session;if(!n)return 0;let r={refreshToken:n.refreshToken,everywhere:t},{sessionsEnded:o}=await K(e,Hn,{input:r},{signedIn:!1});return e.session.end(),o}var qo=Symbol.for("preact-signals");function vt(){if(me>1)me--;else{var e,t=!1;for((function(){var o=bt;for(bt=void 0;o!==void 0;){var s=o.S;if(s.v===o.v)for(var a=s.t;a!==void 0;a=a.x)a.i===o.i&&(a.i=s.i);o=o.o}})();Ye!==void 0;){var n=Ye;for(Ye=void 0,_t++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&Er(n))try{n.c()}catch(o){t||(e=o,t=!0)}n=r}}if(_t=0,me--,t)throw e}}function Se(e){if(me>0)return e();sn=++$o,me++;try{return e()}finally{vt()}}var Qe,T=void 0;function ze(e){var t=T,n=Qe;T=void 0,Qe=void 0;try{return e()}finally{T=t,Qe=n}}var Ye=void 0,me=0,_t=0,$o=0,sn=0,bt=void 0,Ct=0;function wr(e){if(T!==void 0){var t=e.n;if(t===void 0||t.t!==T)return t={i:0,S:e,p:T.s,n:void 0,t:T,e:void 0,x:void 0,r:t},T.s!==void 0&&(T.s.n=t),T.s=t,e.n=t,32&T.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=T.s,t.n=void 0,T.s.n=t,T.s=t),t}}function $(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,this.Z=t?.unwatched,this.name=t?.name}$.prototype.brand=qo;$.prototype.h=function(){return!0};$.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n!==void 0?n.e=e:ze(function(){var r;(r=t.W)==null||r.call(t)}))};$.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,r=e.x;n!==void 0&&(n.x=r,e.e=void 0),r!==void 0&&(r.e=n,e.x=void 0),e===this.t&&(this.t=r,r===void 0&&ze(function(){var o;(o=t.Z)==null||o.call(t)}))}};$.prototype.subscribe=function(e){var t=this;return ce(function(){var n=t.value;ze(function(){return e(n)})},{name:"sub"})};$.prototype.valueOf=function(){return this.value};$.prototype.toString=function(){return this.value+""};$.prototype.toJSON=function(){return this.value};$.prototype.peek=function(){var e=this;return ze(function(){return e.value})};Object.defineProperty($.prototype,"value",{get:function(){var e=wr(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(_t>100)throw new Error("Cycle detected");(function(n){me!==0&&_t===0&&n.l!==sn&&(n.l=sn,bt={S:n,v:n.v,i:n.i,o:bt})})(this),this.v=e,this.i++,Ct++,me++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{vt()}}}});function L(e,t){return new $(e,t)}function Er(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function Lr(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function Ir(e){for(var t=e.s,n=void 0;t!==void 0;){var r=t.p;t.i===-1?(t.S.U(t),r!==void 0&&(r.n=t.n),t.n!==void 0&&(t.n.p=r)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=r}e.s=n}function xe(e,t){$.call(this,void 0,t),this.x=e,this.s=void 0,this.g=Ct-1,this.f=4}xe.prototype=new $;xe.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Ct))return!0;if(this.g=Ct,this.f|=1,this.i>0&&!Er(this))return this.f&=-2,!0;var e=T;try{Lr(this),T=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return T=e,Ir(this),this.f&=-2,!0};xe.prototype.S=function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}$.prototype.S.call(this,e)};xe.prototype.U=function(e){if(this.t!==void 0&&($.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}};xe.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}};Object.defineProperty(xe.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=wr(this);if(this.h(),e!==void 0&&(e.i=this.i),16&this.f)throw this.v;return this.v}});function St(e,t){return new xe(e,t)}function Mr(e){var t=e.j;if(e.j=void 0,typeof t=="function"){me++;var n=T;T=void 0;try{t()}catch(r){throw e.f&=-2,e.f|=8,an(e),r}finally{T=n,vt()}}}function an(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,Mr(e)}function Uo(e){if(T!==this)throw new Error("Out-of-order effect");Ir(this),T=e,this.f&=-2;try{8&this.f&&an(this)}finally{vt()}}function De(e,t){this.x=e,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=t?.name,Qe&&Qe.push(this)}De.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t=="function"&&(this.j=t)}finally{e()}};De.prototype.S=function(){if(1&this.f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,Mr(this),Lr(this),me++;var e=T;return T=this,Uo.bind(this,e)};De.prototype.N=function(){2&this.f||(this.f|=2,this.u=Ye,Ye=this)};De.prototype.d=function(){this.f|=8,1&this.f||an(this)};De.prototype.dispose=function(){this.d()};function ce(e,t){var n=new De(e,t);try{n.c()}catch(o){throw n.d(),o}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var Rr,At,xt,Vo=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var Tr=[];ce(function(){Rr=this.N})();function Fe(e,t){S[e]=t.bind(null,S[e]||function(){})}function Je(e){if(xt){var t=xt;xt=void 0,t()}xt=e&&e.S()}function Nr(e){var t=this,n=e.data,r=Go(n);r.name="ReactiveDom",r.value=n;var o=Re(function(){for(var i=t,c=t.__v;c=c.__;)if(c.__c){c.__c.__$f|=4;break}var d=St(function(){var l=r.value.value;return l===0?0:l===!0?"":l||""}),g=St(function(){return!Array.isArray(d.value)&&!Ft(d.value)}),p=ce(function(){if(this.N=Br,g.value){var l=d.value;i.__v&&i.__v.__e&&i.__v.__e.nodeType===3&&(i.__v.__e.data=l)}}),m=t.__$u.d;return t.__$u.d=function(){p(),m.call(this)},[g,d]},[]),s=o[0],a=o[1];return s.value?a.peek():a.value}Nr.displayName="ReactiveTextNode";Object.defineProperties($.prototype,{constructor:{configurable:!0,value:bn(M,null).constructor},type:{configurable:!0,value:Nr},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}});Fe("__b",function(e,t){if(Je(),At=void 0,typeof t.type=="string"){var n,r=t.props;for(var o in r)if(o!=="children"){var s=r[o];s instanceof $&&(n||(t.__np=n={}),n[o]=s,r[o]=s.peek())}}e(t)});Fe("__r",function(e,t){if(e(t),t.type!==M){Je();var n,r=t.__c;r&&(r.__$f&=-2,(n=r.__$u)===void 0&&(r.__$u=n=(function(o,s){var a;return ce(function(){a=this},{name:s}),a.c=o,a})((function(o){return function(){var s;Vo&&((s=this.y)==null||s.call(this)),o.__$f|=1,o.setState({})}})(r),typeof t.type=="function"?t.type.displayName||t.type.name:""))),At=r,Je(n)}});Fe("__e",function(e,t,n,r){Je(),At=void 0,e(t,n,r)});Fe("diffed",function(e,t){Je(),At=void 0;var n;if(typeof t.type=="string"&&(n=t.__e)){var r=t.__np,o=t.props,s=n.U;if(s)for(var a in s){var i=s[a];i===void 0||r&&a in r||(i.d(),s[a]=void 0)}if(r){s||(s={},n.U=s);for(var c in r){var d=s[c],g=r[c];d===void 0?(d=Ho(n,c,g,o),s[c]=d):d.o(g,o)}}}e(t)});function Ho(e,t,n,r){var o=t in e&&e.ownerSVGElement===void 0,s=L(n);return{o:function(a,i){s.value=a,r=i},d:ce(function(){this.N=Br;var a=s.value.value;r[t]!==a&&(r[t]=a,o?e[t]=a:a!=null&&(a!==!1||t[4]==="-")?e.setAttribute(t,a):e.removeAttribute(t))})}}Fe("unmount",function(e,t){if(typeof t.type=="string"){var n=t.__e;if(n){var r=n.U;if(r){n.U=void 0;for(var o in r){var s=r[o];s&&s.d()}}}var a=t.__np;if(a){var i=t.props;for(var c in a)i[c]=a[c]}t.__np=void 0}else{var d=t.__c;if(d){d.__$f|=8;var g=d.__$u;g&&(d.__$u=void 0,g.d())}}e(t)});Fe("__h",function(e,t,n,r){r<3&&(t.__$f|=2),e(t,n,r)});Ie.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,r=n&&n.s!==void 0;for(var o in t)return!0;if(this.__f||typeof this.u=="boolean"&&this.u===!0){var s=2&this.__$f;if(!(r||s||4&this.__$f)||1&this.__$f)return!0}else if(!(r||4&this.__$f)||3&this.__$f)return!0;for(var a in e)if(a!=="__source"&&e[a]!==this.props[a])return!0;for(var i in this.props)if(!(i in e))return!0;return!1};function Go(e,t){return Re(function(){return L(e,t)},[])}var Zo=function(e){queueMicrotask(function(){queueMicrotask(e)})};function Wo(){Se(function(){for(var e;e=Tr.shift();)Rr.call(e)})}function Br(){Tr.push(this)===1&&(S.requestAnimationFrame||Zo)(Wo)}var wt=1/0,X=L(Date.now());function Et(e){wt=Math.min(wt,Date.now()-Date.parse(e))}function Pr(){X.value=Date.now()-(Number.isFinite(wt)?wt:0)}setInterval(Pr,1e3);document.addEventListener("visibilitychange",Pr);var un=navigator.language,Dr=Intl.DateTimeFormat().resolvedOptions().timeZone;function H({amount:e,currencyCode:t}){let n=e;return new Intl.NumberFormat(un,{style:"currency",currency:t}).format(n)}function Or(e){let[t]=e;if(!t)return null;let n=Math.max(...e.map(({money:{amount:i}})=>(i.split(".")[1]??"").length)),r=i=>{let[c,d=""]=i.split(".");return BigInt(c+d.padEnd(n,"0"))},s=e.reduce((i,{money:{amount:c},count:d})=>i+r(c)*BigInt(d),0n).toString().padStart(n+1,"0");return{amount:n?`${s.slice(0,-n)}.${s.slice(-n)}`:s,currencyCode:t.money.currencyCode}}function ke(e,t){let n=new Date(e),r=Fr(n,Dr,!0);return Dr===t?r:`${r} (${Fr(n,t,!1)})`}function Fr(e,t,n){return new Intl.DateTimeFormat(un,{weekday:"short",day:"numeric",month:"short",...n&&{year:"numeric"},hour:"2-digit",minute:"2-digit",timeZone:t,timeZoneName:"short"}).format(e)}function Oe(e,t){let n=Math.max(0,Math.ceil((e-t)/1e3)),[r,o,s]=[Math.floor(n/86400),Math.floor(n/3600)%24,Math.floor(n/60)%60],a=c=>String(c).padStart(2,"0"),i=o||r?`${o}:${a(s)}:${a(n%60)}`:`${s}:${a(n%60)}`;return r?`${r} d ${i}`:i}function Ae(e){return e===1?"1 seat":`${e.toLocaleString(un)} seats`}function Xe(e){return e.map(t=>t.seats.length?t.seats.join(", "):`${t.quantity} \xD7 ${t.section}`).join(", ")}function qr(){let[e,t]=location.hash.replace(/^#\/?/,"").split("/").map(decodeURIComponent);return e==="events"&&t?{page:"event",id:t}:e==="bookings"?t?{page:"booking",id:t}:{page:"bookings"}:{page:"events"}}var Lt=L(qr());addEventListener("hashchange",()=>{Lt.value=qr(),scrollTo(0,0)});var qe="#/",$r="#/bookings",It=e=>`#/events/${encodeURIComponent(e)}`,et=e=>`#/bookings/${encodeURIComponent(e)}`;function Ur(e){location.hash=e}var cn="seatlock.tokens",$e="seatlock.name",Ue=L(localStorage.getItem($e)),re=L(0),le=L(!1),ln=L("");function B(e){ln.value=e}function Vr(){let e=localStorage.getItem(cn);return e?JSON.parse(e):null}var w=Yt({url:new URL("/graphql",location.href).href,tokens:Vr(),onTokens:e=>{e?localStorage.setItem(cn,JSON.stringify(e)):jo()},onLost:()=>le.value=!0});function jo(){localStorage.removeItem(cn),localStorage.removeItem($e),Ue.value=null}function Mt(){let e=Vr(),t=w.session.tokens;e&&e.refreshToken!==t?.refreshToken?w.session.begin(e):!e&&t&&w.session.end(),Ue.value=localStorage.getItem($e)}var Hr=new BroadcastChannel("seatlock");Hr.onmessage=()=>re.value++;addEventListener("storage",({key:e})=>e!==$e&&(Mt(),re.value++));addEventListener("storage",({key:e})=>e===$e&&Mt());addEventListener("pageshow",({persisted:e})=>e&&(Mt(),re.value++));document.addEventListener("visibilitychange",()=>document.visibilityState==="visible"&&Mt());function tt(){Hr.postMessage("changed")}async function Gr(e){Wr((await on(w,e)).name)}async function Zr(e){Wr((await xr(w,e)).name)}function Wr(e){localStorage.setItem($e,e),Ue.value=e,re.value++}async function jr(){await Ar(w),re.value++}function nt(e){let t=`seatlock.key ${e}`,n=sessionStorage.getItem(t)??Be();return sessionStorage.setItem(t,n),n}function we(e){sessionStorage.removeItem(`seatlock.key ${e}`)}var ee=L(null);async function rt(e,t){if(ee.value===null){ee.value=e;try{await t()}finally{ee.value=null}}}var Ko={NOT_STARTED:"Sales have not begun yet.",ENDED:"Sales are over.",PAUSED:"Sales are paused at the moment. Please try again later.",EVENT_STARTED:"The event has begun.",EVENT_CANCELLED:"The event was cancelled."};function Qo(e){switch(e.__typename){case"NotEnoughSeats":return e.availableSeats?`Only ${Ae(e.availableSeats)} left there.`:"Nothing is left there.";case"SeatsUnavailable":return e.orphans?`This would leave single seats that nobody wants. ${e.message}`:`Somebody was quicker: ${e.seats.join(", ")}. Please choose others.`;case"SalesClosed":return Ko[e.reason]??"This is not on sale now.";case"LimitExceeded":return e.message;case"LockExpired":return"Your hold has run out, so the seats are free again. You can choose anew.";case"LockNotActive":return"You no longer hold these seats.";case"LockAlreadyUsed":return"These seats are booked by you already.";case"BookingExpired":return"The time to pay has run out, and the seats are free again. No money was taken.";case"BookingNotPayable":return"This booking cannot be paid now.";case"BookingNotCancellable":return"This booking can no longer be cancelled.";case"EventCancelled":return"The event was cancelled.";case"BadCredentials":return"No account has this e-mail address and password.";case"EmailTaken":return"There is an account with this address already: sign in instead.";case"PaymentFailed":return e.attemptsLeft?`${e.message} Nothing was booked yet, and you still hold your seats.`:e.message;case"InvalidInput":return e.issues.map(({message:t})=>t).join(" ");default:return e.message}}function G(e){if(e instanceof ne)return Qo(e.outcome);if(e instanceof W)return"You were signed out. Please sign in again.";if(e instanceof V){if(e.code==="UNAVAILABLE")return"The shop cannot be reached. Nothing is lost: please try again.";if(e.code==="RATE_LIMITED")return"That was a lot in a short time. Please wait a moment.";if(e.code==="UNAUTHENTICATED")return"Please sign in first.";let t=e.extensions.correlationId;return t?`Something went wrong here. If it stays so, tell us this number: ${String(t)}`:e.message}return"Something went wrong here. Please load the page again."}var Yo=Symbol.for("pv"),zo=0;function u(e,t,n,r,o,s){t||(t={});var a,i,c=t;if("ref"in c&&typeof e!="function")for(i in c={},t)i=="ref"?a=t[i]:c[i]=t[i];var d={type:e,props:c,key:n,ref:a,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Yo,__v:--zo,__i:-1,__u:0};return(o||s)&&(d.__source=o,d.__self=s),S.vnode&&S.vnode(d),d}var Rt=L(null);async function Kr(){return w.session.tokens!==null||Ve()}function Ve(){return new Promise(e=>{Rt.value?.(!1),Rt.value=e})}async function ot(e){try{return await e()}catch(t){if(!(t instanceof W||t instanceof V&&t.code==="UNAUTHENTICATED")||!await Ve())throw t;return e()}}function Qr(){let e=ae(null),[t,n]=R(!0),[r,o]=R(""),[s,a]=R(!1),i=Rt.value;O(()=>{i?e.current?.showModal():e.current?.close(),o("")},[i]);function c(g){Rt.value=null,i?.(g)}async function d(g){if(g.preventDefault(),s)return;let p=new FormData(g.currentTarget),[m,l,y]=["name","email","password"].map(f=>String(p.get(f)??""));a(!0);try{await(t?Zr({name:m,email:l,password:y}):Gr({email:l,password:y})),c(!0)}catch(f){o(G(f)),B(G(f))}finally{a(!1)}}return u("dialog",{ref:e,"aria-labelledby":"sign-title",onClose:()=>i&&c(!1),children:i&&u("form",{onSubmit:d,children:[u("h2",{id:"sign-title",children:t?"Register":"Sign in"}),u("p",{children:"Seats are held for somebody, so please say who you are."}),t&&u("label",{children:["Name ",u("input",{name:"name",autocomplete:"name",required:!0,maxLength:100})]}),u("label",{children:["E-mail ",u("input",{name:"email",type:"email",autocomplete:"email",required:!0})]}),u("label",{children:["Password",t&&" (8 characters or more)",u("input",{name:"password",type:"password",autocomplete:t?"new-password":"current-password",required:!0,minLength:t?8:1})]}),r&&u("p",{class:"trouble",children:r}),u("p",{class:"buttons",children:[u("button",{class:"main","aria-disabled":s,children:t?"Register":"Sign in"}),u("button",{type:"button",onClick:()=>n(!t),children:t?"I have an account":"I am new here"}),u("button",{type:"button",onClick:()=>c(!1),children:"Not now"})]})]})})}var dn={PAYMENT_PENDING:"Not paid yet",CONFIRMED:"Paid: the seats are yours",FAILED:"The payment failed, and the seats are free again",EXPIRED:"The time to pay has run out, and the seats are free again",CANCELLED:"Cancelled"},Yr=[["sim_success","A card that works"],["sim_declined","A card that is declined"],["sim_challenge","A card whose bank asks you"]];function zr(){let[e,t]=R(null),[n,r]=R(null),[o,s]=R("");async function a(i){try{let c=await ur(w,i?{after:i}:{});t(d=>[...i?d??[]:[],...c.nodes]),r(c.pageInfo.hasNextPage?c.pageInfo.endCursor:null),s("")}catch(c){s(G(c))}}return O(()=>{t(null),w.session.tokens&&a(null)},[re.value]),u(M,{children:[u("h1",{tabIndex:-1,children:"My bookings"}),!w.session.tokens&&u(Jr,{}),o&&u("p",{class:"trouble",children:o}),e?.length===0&&u("p",{children:["You have none yet. ",u("a",{href:qe,children:"See what is on"})]}),u("ul",{class:"events",children:e?.map(i=>u("li",{children:u("a",{href:et(i.id),children:[u("h2",{children:i.event.name}),u("span",{children:ke(i.event.startsAt,i.event.timeZone)}),u("span",{children:Xe(i.items)}),u("strong",{children:dn[i.status]??i.status})]})},i.id))}),n&&u("button",{onClick:()=>{a(n)},children:"More"})]})}function Jr(){return u("p",{children:u("button",{class:"main",onClick:()=>{Ve()},children:"Sign in to see them"})})}function Xr({id:e}){let[t,n]=R(void 0),[r,o]=R("");return O(()=>{if(!w.session.tokens)return;let s=new AbortController;return(async()=>{try{let a="";for await(let i of vr(w,{bookingId:e,signal:s.signal}))le.value=!1,n(i),a&&i.status!==a&&B(dn[i.status]??""),a=i.status}catch(a){a instanceof W?re.value++:a instanceof V&&["NOT_FOUND","INVALID_INPUT"].includes(a.code)?n(null):o(G(a))}})(),()=>s.abort()},[e,re.value]),w.session.tokens?t===null?u("h1",{tabIndex:-1,children:"You have no such booking"}):t?u(M,{children:[u("h1",{tabIndex:-1,children:t.event.name}),u("p",{children:[ke(t.event.startsAt,t.event.timeZone),". ",u("a",{href:It(t.event.id),children:"To the event"})]}),u("p",{children:[Xe(t.items),": ",u("strong",{children:H(t.total)})]}),u("p",{children:["Booking ",t.reference,": ",u("strong",{class:"status",children:dn[t.status]??t.status})]}),r&&u("p",{class:"trouble",children:r}),t.status==="PAYMENT_PENDING"&&u(Jo,{booking:t,onChange:n}),t.refunds.map(s=>u("p",{children:[H(s.amount)," of ",H(s.original)," ",s.status==="PROCESSED"?"came back":"is on its way back","."]},s.id)),(t.status==="PAYMENT_PENDING"||t.status==="CONFIRMED")&&u(Xo,{booking:t,onChange:n})]}):u("h1",{tabIndex:-1,children:r||"Looking \u2026"}):u(M,{children:[u("h1",{tabIndex:-1,children:"Your booking"}),u(Jr,{})]})}var st={of:e=>sessionStorage.getItem(`seatlock.card ${e}`),set:(e,t)=>t?sessionStorage.setItem(`seatlock.card ${e}`,t):sessionStorage.removeItem(`seatlock.card ${e}`)};function Jo({booking:e,onChange:t}){let[n,r]=R(Yr[0][0]),[o,s]=R(""),[a,i]=R(null),c=Number(e.total.amount)===0;function d(p,m=!1){return rt("pay",async()=>{s("");let l=`pay ${e.id}`;st.of(e.id)!==p&&we(l),st.set(e.id,p);let y={bookingId:e.id,key:nt(l),...!c&&{paymentToken:p}};try{let f=await ot(()=>mr(w,y));if(f.__typename==="PaymentActionRequired"){i(f),!m&&f.redirectUrl&&location.assign(new URL(f.redirectUrl,location.href));return}we(l),st.set(e.id,null),t(f.booking),B("Paid: the seats are yours."),tt()}catch(f){let k=Te(f,"PaymentFailed");k&&(we(l),st.set(e.id,null),i(null),t(k.booking)),s(G(f)),B(G(f))}})}O(()=>{let p=st.of(e.id);p&&d(p,!0)},[re.value]);let g=ee.value!==null;return u("form",{class:"pay",onSubmit:p=>{p.preventDefault(),d(n)},children:[u("p",{children:["Pay within ",u("strong",{class:"clock",children:Oe(Date.parse(e.paymentExpiresAt),X.value)}),". You can try"," ",e.attemptsLeft===1?"once":`${e.attemptsLeft} times`,"."]}),a?.redirectUrl&&u("p",{class:"note",children:["Your bank waits for your answer. ",u("a",{href:a.redirectUrl,children:"Go to your bank"}),", or pay with another card."]}),!c&&u("fieldset",{children:[u("legend",{children:"Pay with (no real money moves here)"}),Yr.map(([p,m])=>u("label",{children:[u("input",{type:"radio",name:"card",value:p,checked:n===p,onChange:()=>r(p)})," ",m]},p))]}),o&&u("p",{class:"trouble",children:o}),u("p",{class:"buttons",children:u("button",{class:"main","aria-disabled":g,children:ee.value==="pay"?"Asking your bank \u2026":`Pay ${H(e.total)}`})})]})}function Xo({booking:e,onChange:t}){let[n,r]=R(!1),[o,s]=R(""),a=e.status==="CONFIRMED",i=e.cancellation,c=()=>rt("cancel",async()=>{s("");try{let{booking:d,refund:g}=await ot(()=>pr(w,e.id));t(d),B(g?`Cancelled. ${H(g.amount)} comes back.`:"Cancelled."),tt()}catch(d){s(G(d)),B(G(d))}});return a&&!i?null:u("section",{class:"cancel","aria-label":"Cancel",children:[a&&i&&u("p",{children:["If you cancel now, ",H(i.refundable)," of ",H(e.total)," comes back",i.until&&u(M,{children:[" (until ",ke(i.until,e.event.timeZone),")"]}),"."]}),o&&u("p",{class:"trouble",children:o}),u("p",{class:"buttons",children:[!n&&u("button",{onClick:()=>r(!0),children:"Cancel this booking"}),n&&u(M,{children:[u("button",{class:"danger","aria-disabled":ee.value!==null,onClick:()=>{c()},children:a?"Yes, give the seats back":"Yes, let the seats go"}),u("button",{onClick:()=>r(!1),children:"Keep it"})]})]})]})}var es=20;function eo(){let[e,t]=R(null),[n,r]=R(null),[o,s]=R(""),[a,i]=R("");async function c(d){try{let g=new Date(X.value).toISOString(),p=await or(w,{prices:!0,startsAfter:g,...o&&{search:o},...d&&{after:d}});t(m=>[...d?m??[]:[],...p.nodes]),r(p.pageInfo.hasNextPage?p.pageInfo.endCursor:null),i("")}catch(g){i(G(g))}}return O(()=>{let d=setTimeout(()=>{c(null)},o?250:0);return()=>clearTimeout(d)},[o]),u(M,{children:[u("h1",{tabIndex:-1,children:"What is on"}),u("label",{class:"search",children:["Search ",u("input",{type:"search",value:o,onInput:({currentTarget:d})=>s(d.value)})]}),a&&u("p",{class:"trouble",children:[a," ",u("button",{onClick:()=>{c(null)},children:"Try again"})]}),!e&&!a&&u("p",{children:"Looking \u2026"}),e?.length===0&&u("p",{children:o?"Nothing is called like that.":"Nothing is on at the moment."}),u("ul",{class:"events",children:e?.map((d,g)=>u(ts,{event:d,isLive:g<es},d.id))}),n&&u("button",{onClick:()=>{c(n)},children:"More"})]})}function ts({event:e,isLive:t}){let[n,r]=R(e);return O(()=>{if(!t)return;let o=new AbortController;return(async()=>{try{let s={eventId:e.id,rows:!1,whole:!0,signal:o.signal};for await(let a of kt(w,s)){le.value=!1,a.snapshot||Et(a.asOf);let{sections:i,...c}=a.event;r(d=>({...d,...c}))}}catch{}})(),()=>o.abort()},[e.id]),u("li",{children:u("a",{href:It(n.id),children:[u("h2",{children:n.name}),u("span",{children:ke(n.startsAt,n.timeZone)}),n.venue&&u("span",{children:n.venue}),u("span",{children:ns(n)}),u(gn,{event:n})]})})}function ns({sections:e=[],price:t}){let n=e.map(s=>s.price).sort((s,a)=>Number(s.amount)-Number(a.amount)),[r=t,o=t]=[n[0],n.at(-1)];return r.amount===o.amount?H(r):`from ${H(r)}`}function gn({event:e}){let t=e.salesStartAt?Date.parse(e.salesStartAt):0;return e.cancelledAt?u("strong",{class:"left none",children:"Cancelled"}):!e.salesOpen&&t>X.value?u("strong",{class:"left",children:["On sale in ",Oe(t,X.value)]}):e.salesOpen?e.availableSeats?u("strong",{class:"left",children:[Ae(e.availableSeats)," left",u("meter",{"aria-hidden":"true",min:0,max:e.totalSeats,value:e.availableSeats})]}):u("strong",{class:"left none",children:e.lockedSeats?"All held":"Sold out"}):u("strong",{class:"left none",children:"Not on sale"})}var it=class{rows=[];heads=[];width=0;height=0;version=0;#e=new Map;constructor(t){let n=t.filter(({rows:c})=>c?.length),r=n.map(({rows:c})=>({width:Math.max(...c.map(({statuses:d})=>d.length)),height:2.2+c.length*1.25})),o=r.reduce((c,{width:d,height:g})=>c+(d+2)*(g+2),0),s=Math.max(0,Math.sqrt(o)*1.3,...r.map(({width:c})=>c)),a=[],i=1/0;for(let[c,{width:d}]of r.entries())i+d>s&&([i]=[0,a.push([])]),i+=d+2,a.at(-1).push(c);this.width=Math.max(0,...a.map(c=>c.reduce((d,g)=>d+r[g].width+2,-2)));for(let c of a){let d=c.reduce((p,m)=>p+r[m].width+2,-2),g=(this.width-d)/2;for(let p of c)this.#t(n[p],g,r[p].width),g+=r[p].width+2;this.height+=Math.max(...c.map(p=>r[p].height))+2}}#t(t,n,r){this.heads.push({name:t.name,x:n,y:this.height,width:r});for(let[o,{name:s,statuses:a}]of t.rows.entries()){let i=n+Math.floor((r-a.length)/2),c={section:t,name:s,statuses:a,x:i,y:this.height+2.2+o*1.25,number:this.rows.length};this.rows.push(c),this.#e.set(`${t.name}-${s}`,c)}}update(t,n){if(this.version++,n)for(let o of this.rows)o.statuses="A".repeat(o.statuses.length);let r=[];for(let{section:o,name:s,statuses:a}of t){let i=this.#e.get(`${o}-${s}`);i&&(r.push(i),i.statuses=a)}return n?this.rows:r}at(t,n){for(let r of this.rows){if(n<r.y||n>=r.y+1)continue;let o=Math.floor(t-r.x);if(o>=0&&o<r.statuses.length)return{row:r,seat:o}}return null}find(t){let n=t.lastIndexOf("-"),r=this.#e.get(t.slice(0,n)),o=Number(t.slice(n+1))-1;return r&&r.statuses[o]?{row:r,seat:o}:null}};function He({row:e,seat:t}){return`${e.section.name}-${e.name}-${t+1}`}var mn=9,to=20,no=44,ro=16,Tt=4,rs={C:"\u2713",M:"\u2713",L:"\u2013",H:"\xB7",B:"\xD7"},Nt=class{hall;view={scale:1,x:0,y:0};special=new Set;stateOf=({row:t,seat:n})=>t.statuses[n];cursor=null;#e;#t;#n=document.createElement("canvas");#a=-1;#r=null;#i=0;#o=0;#s=0;constructor(t,n){this.hall=n,this.#e=t,this.#t=t.getContext("2d")}resize(t,n){let r=!this.#o;[this.#o,this.#s]=[t,n],this.#e.width=t*devicePixelRatio,this.#e.height=n*devicePixelRatio,r?this.fit():this.ask()}fit(){let{width:t,height:n}=this.hall,r=this.#u();this.view={scale:r,x:(this.#o-t*r)/2,y:Math.max(ro,(this.#s-n*r)/2)},this.ask()}#u(){return Math.min(no,this.#o/(this.hall.width+4),(this.#s-ro)/this.hall.height)}zoom(t,n=this.#o/2,r=this.#s/2){let{view:o}=this,s=this.#u()/1.5,a=Math.min(no,Math.max(s,o.scale*t)),i=a/o.scale;this.view={scale:a,x:n-(n-o.x)*i,y:r-(r-o.y)*i},this.#l()}move(t,n){this.view={...this.view,x:this.view.x+t,y:this.view.y+n},this.#l()}#l(){let{scale:t,x:n,y:r}=this.view,o=40;this.view={scale:t,x:Math.min(this.#o-o,Math.max(o-this.hall.width*t,n)),y:Math.min(this.#s-o,Math.max(o-this.hall.height*t,r))},this.ask()}reveal({row:t,seat:n}){let{view:r}=this;r.scale<mn&&this.zoom(to/r.scale,r.x+(t.x+n)*r.scale,r.y+t.y*r.scale);let[o,s,a]=[this.view.x+(t.x+n)*this.view.scale,this.view.y+t.y*this.view.scale,2*this.view.scale],i=(c,d)=>Math.max(0,a-c)-Math.max(0,c+a-d);this.move(i(o,this.#o),i(s,this.#s))}at(t,n){let{scale:r}=this.view;return r<mn?null:this.hall.at((t-this.view.x)/r,(n-this.view.y)/r)}ask(){this.#i||=requestAnimationFrame(()=>{this.#i=0,this.draw()})}recolour(){this.#r=null,this.#a=-1,this.ask()}stop(){cancelAnimationFrame(this.#i)}draw(){let t=this.#t,{scale:n,x:r,y:o}=this.view,s=this.#r??=this.#p();t.setTransform(devicePixelRatio,0,0,devicePixelRatio,0,0),t.clearRect(0,0,this.#o,this.#s),n<mn?this.#d():this.#c(),t.fillStyle=s.text,t.textBaseline="alphabetic",t.textAlign="center",t.font=`600 ${Math.max(11,Math.min(18,n))}px system-ui, sans-serif`;for(let a of this.hall.heads){let[i,c]=[r+(a.x+a.width/2)*n,o+(a.y+1.7)*n];c>0&&c<this.#s+20&&t.fillText(a.name,i,c)}this.cursor&&this.#m(this.cursor,s.cursor)}#d(){let{scale:t,x:n,y:r}=this.view,{hall:o}=this;this.#a!==o.version&&this.#g(),this.#t.imageSmoothingEnabled=!0,o.rows.length&&this.#t.drawImage(this.#n,n,r,this.#n.width*t,this.#n.height/Tt*t);let s=Math.max(3,t);for(let a of this.special){let i=o.find(a);i&&(this.#t.fillStyle=this.#r[this.stateOf(i,a)],this.#t.fillRect(n+(i.row.x+i.seat)*t,r+i.row.y*t,s,s))}}#g(){let{hall:t}=this;this.#n.width=Math.ceil(t.width),this.#n.height=Math.ceil(t.height*Tt);let n=this.#n.getContext("2d");for(let r of t.rows)for(let[o,s,a]of os(r.statuses))n.fillStyle=this.#r[a],n.fillRect(r.x+o,Math.round(r.y*Tt),s-o,Tt-1);this.#a=t.version}#c(){let{scale:t,x:n,y:r}=this.view,o=this.#t,s=t-Math.max(1,t/8),a=t>=to;o.textAlign="center",o.textBaseline="middle",o.font=`${Math.round(t*.42)}px system-ui, sans-serif`;let i="";for(let c of this.hall.rows){let d=r+c.y*t;if(d+t<0||d>this.#s)continue;let g=Math.max(0,Math.floor(-n/t-c.x)),p=Math.min(c.statuses.length,Math.ceil((this.#o-n)/t-c.x)),m=this.special.size>0;for(let l=g;l<p;l++){let y=c.statuses[l];if(m){let k=He({row:c,seat:l});this.special.has(k)&&(y=this.stateOf({row:c,seat:l},k))}let f=n+(c.x+l)*t;this.#r[y]!==i&&(o.fillStyle=i=this.#r[y]),o.fillRect(f,d,s,s),a&&(o.fillStyle=i=this.#r[y==="H"||y==="B"?"text":"mark"],o.fillText(rs[y]??String(l+1),f+s/2,d+s/2))}a&&(o.fillStyle=i=this.#r.text,o.fillText(c.name,n+(c.x-.9)*t,d+s/2))}}#m({row:t,seat:n},r){let{scale:o,x:s,y:a}=this.view,i=this.#t;i.strokeStyle=r,i.lineWidth=3,i.strokeRect(s+(t.x+n)*o-2,a+t.y*o-2,Math.max(6,o),Math.max(6,o))}#p(){let t=getComputedStyle(this.#e),n=r=>t.getPropertyValue(`--${r}`).trim();return{A:n("free"),H:n("held"),B:n("booked"),C:n("chosen"),M:n("mine"),L:n("leaving"),text:n("ink"),mark:n("paper"),cursor:n("focus")}}};function*os(e){for(let t=0;t<e.length;){let n=e[t],r=t+1;for(;e[r]===n;)r++;yield[t,r,n],t=r}}var oo=6;function so({sale:e}){let t=ae(null),n=ae(null);return O(()=>{let r=n.current=new Nt(t.current,e.hall.peek());r.stateOf=(g,p)=>e.stateOf(g,p);let o=new ResizeObserver(([g])=>r.resize(g.contentRect.width,g.contentRect.height));o.observe(t.current);let s=ce(()=>{e.drawn.value,r.hall=e.hall.value,r.special=new Set([...e.chosen.value,...e.lock.value?.seats??[]]),r.ask()}),a=ce(()=>{r.cursor=e.cursor.value,r.cursor&&r.reveal(r.cursor),r.ask()}),i=matchMedia("(prefers-color-scheme: dark)"),c=()=>r.recolour();i.addEventListener("change",c);let d=ss(t.current,r,e);return()=>{for(let g of[s,a,d])g();o.disconnect(),i.removeEventListener("change",c),r.stop()}},[e]),u("div",{class:"map",children:[u("canvas",{ref:t,"aria-hidden":"true"}),u("p",{class:"buttons",children:[u("button",{"aria-label":"Nearer",onClick:()=>n.current?.zoom(1.5),children:"+"}),u("button",{"aria-label":"Further away",onClick:()=>n.current?.zoom(1/1.5),children:"\u2212"}),u("button",{onClick:()=>n.current?.fit(),children:"Whole hall"})]}),u("ul",{class:"legend","aria-hidden":"true",children:[u("li",{class:"A",children:"free"}),u("li",{class:"H",children:"held"}),u("li",{class:"B",children:"sold"}),u("li",{class:"C",children:"chosen"}),u("li",{class:"M",children:"yours"})]})]})}function ss(e,t,n){let r=new globalThis.Map,o=0,s=({clientX:i,clientY:c})=>{let{left:d,top:g}=e.getBoundingClientRect();return{x:i-d,y:c-g}},a={pointerdown(i){e.setPointerCapture(i.pointerId),r.size||(o=0),r.set(i.pointerId,s(i))},pointermove(i){let c=r.get(i.pointerId);if(!c)return;let d=s(i);o+=Math.hypot(d.x-c.x,d.y-c.y);let g=[...r].find(([m])=>m!==i.pointerId)?.[1];if(r.set(i.pointerId,d),o<oo)return;if(!g)return t.move(d.x-c.x,d.y-c.y);let p=m=>Math.hypot(m.x-g.x,m.y-g.y)||1;t.zoom(p(d)/p(c),(d.x+g.x)/2,(d.y+g.y)/2)},pointerup(i){if(!(r.delete(i.pointerId)&&!r.size&&o<oo))return;let{x:d,y:g}=s(i),p=t.at(d,g);p?n.toggle(p):t.zoom(2,d,g)},pointercancel:i=>{r.delete(i.pointerId)},wheel(i){i.preventDefault();let{x:c,y:d}=s(i);t.zoom(Math.exp(-i.deltaY/400),c,d)}};for(let[i,c]of Object.entries(a))e.addEventListener(i,c,{passive:!1});return()=>{for(let[i,c]of Object.entries(a))e.removeEventListener(i,c)}}var io=20,is={A:"free",H:"held by somebody else",B:"sold",C:"chosen",M:"yours",L:"yours, to be let go"};function ao({sale:e}){e.drawn.value;let t=e.hall.value,n=e.cursor.value??{row:t.rows[0],seat:0},r=ae(!1),o=ae(null);On(()=>{r.current&&o.current?.focus(),r.current=!1});function s(m,l){m&&(e.cursor.value={row:m,seat:Math.max(0,Math.min(m.statuses.length-1,l))})}function a(m){let{row:l,seat:y}=n,f=m.ctrlKey||m.metaKey,k={ArrowLeft:()=>s(l,y-1),ArrowRight:()=>s(l,y+1),ArrowUp:()=>C(t.rows[l.number-1]),ArrowDown:()=>C(t.rows[l.number+1]),Home:()=>s(f?t.rows[0]:l,0),End:()=>s(f?t.rows.at(-1):l,1/0)},C=b=>b&&s(b,Math.round(l.x+y-b.x)),h=k[m.key];h&&(m.preventDefault(),r.current=!0,h())}let i=t.heads.map(({name:m})=>m),{row:c}=n,[d,g]=[Math.max(0,n.seat-io),Math.min(c.statuses.length,n.seat+io+1)],p=Array.from({length:g-d},(m,l)=>({row:c,seat:d+l}));return u("div",{class:"picker",children:[u("p",{class:"fields",children:[i.length>1&&u("label",{children:["Section"," ",u("select",{value:c.section.name,onChange:({currentTarget:m})=>s(t.rows.find(({section:l})=>l.name===m.value),0),children:i.map(m=>u("option",{children:m},m))})]}),u("label",{children:["Row"," ",u("select",{value:c.number,onChange:({currentTarget:m})=>s(t.rows[Number(m.value)],n.seat),children:t.rows.filter(({section:m})=>m===c.section).map(({name:m,number:l})=>u("option",{value:l,children:m},l))})]}),u("span",{children:[H(c.section.price)," a seat"]})]}),u("div",{class:"seats",role:"group","aria-label":`${c.section.name}, row ${c.name}: arrow keys move, space chooses`,onKeyDown:a,children:p.map(m=>{let l=He(m),y=e.stateOf(m,l),f=m.seat===n.seat;return u("button",{ref:f?o:null,class:y,tabIndex:f?0:-1,"aria-pressed":y==="C"||y==="M","aria-disabled":y==="H"||y==="B","aria-label":`Row ${c.name} seat ${m.seat+1}, ${is[y]}`,onClick:()=>e.toggle(m),children:m.seat+1},l)})})]})}var Bt=class{id;event=L(void 0);hall=L(new it([]));drawn=L(0);chosen=L(new Set);counts=L({});lock=L(null);unpaid=L(null);cursor=L(null);trouble=L("");#e=new AbortController;#t=!1;#n=0;constructor(t){this.id=t;let n=JSON.parse(sessionStorage.getItem(this.#a)??"null");n&&([this.chosen.value,this.counts.value]=[new Set(n.seats),n.counts]),this.#r()}get#a(){return`seatlock.chosen ${this.id}`}stop(){this.#e.abort()}async#r(){try{let t=await sr(w,this.id);if(t&&(this.hall.value=new it(t.sections)),this.event.value=t,!t)return;await this.findLock();let{signal:n}=this.#e;for await(let r of kt(w,{eventId:this.id,whole:!0,signal:n})){le.value=!1,r.snapshot||Et(r.asOf);let o=this.event.value,s=o.sections.map(i=>{let c=r.event?.sections.find(({id:d})=>d===i.id);return c?{...i,availableSeats:c.availableSeats}:i});Se(()=>{this.hall.value.update(r.changedRows??[],r.snapshot),this.event.value={...o,...r.event,sections:s},this.drawn.value++}),r.salesOpen&&!o.salesOpen&&B("Sales are open."),this.#s();let a=this.lock.value;a&&Date.parse(a.expiresAt)<=X.value&&this.findLock()}}catch(t){t instanceof V&&t.code==="INVALID_INPUT"?this.event.value=null:t instanceof W?this.#r():this.trouble.value=G(t)}}async findLock(){let t=++this.#n,n=[];if(w.session.tokens)try{n=(await ar(w,{event:this.id,status:"ACTIVE"})).nodes}catch(r){if(!(r instanceof W))return}t===this.#n&&(this.unpaid.value=n.find(({booking:r})=>r)?.booking?.id??null,this.#i(n.find(({booking:r})=>!r)??null),this.#t=!0,this.#s())}#i(t){let n=this.lock.value;!t&&!n||Se(()=>{this.lock.value=t;let r=t?.id!==n?.id||t?.seats.join()!==n?.seats.join();t?(r||t.quantity!==n?.quantity)&&this.#o(new Set(t.seats),uo(t)):this.#o(new Set,{}),this.drawn.value++})}#o(t,n){Se(()=>{this.chosen.value=t,this.counts.value=n,this.trouble.value="",this.drawn.value++}),sessionStorage.setItem(this.#a,JSON.stringify({seats:[...t],counts:n}))}#s(){if(!this.#t||this.#u)return;let t=new Set(this.lock.value?.seats),n=[...this.chosen.value].filter(r=>{let o=this.hall.value.find(r);return!t.has(r)&&o?.row.statuses[o.seat]!=="A"});n.length&&(this.#o(new Set([...this.chosen.value].filter(r=>!n.includes(r))),this.counts.value),this.trouble.value=`Somebody was quicker: ${n.join(", ")}. Please choose others.`,B(this.trouble.value))}stateOf({row:t,seat:n},r){let o=this.chosen.value.has(r);return this.lock.value?.seats.includes(r)?o?"M":"L":o?"C":t.statuses[n]}toggle(t){let n=He(t),r=this.stateOf(t,n);if(this.cursor.value=t,r==="H"||r==="B")return B(`${n} is taken.`);let o=new Set(this.chosen.value);o.delete(n)||o.add(n),this.#o(o,this.counts.value),B(`${n} ${o.has(n)?"chosen":"no longer chosen"}.`)}count(t,n){this.#o(this.chosen.value,{...this.counts.value,[t]:Math.max(0,Math.floor(n)||0)})}difference(){let t=this.lock.value,[n,r]=[new Set(t?.seats),t?uo(t):{}],o=[...this.chosen.value].filter(c=>!n.has(c)),s=[...n].filter(c=>!this.chosen.value.has(c)),[a,i]=[[],[]];o.length&&a.push({seats:o}),s.length&&i.push({seats:s});for(let c of new Set([...Object.keys(r),...Object.keys(this.counts.value)])){let d=(this.counts.value[c]??0)-(r[c]??0);d>0&&a.push({quantity:{count:d,section:c}}),d<0&&i.push({quantity:{count:-d,section:c}})}return{add:a,remove:i}}#u=!1;hold(){let{add:t,remove:n}=this.difference();return this.chosen.value.size>0||Object.values(this.counts.value).some(o=>o>0)?this.#l(t,n):this.release()}best(t,n){return this.#l([{quantity:{count:t,...n&&{section:n}}}],[])}#l(t,n){return this.#c("hold",async()=>{let r=this.lock.value,o=JSON.stringify({event:this.id,lock:r?.id,add:t,remove:n}),s=await(r?this.#g(r.id,o,t,n):this.#d(o,t));we(o),this.#n++,this.#i(s.lock),B(`You hold ${s.lock.items.map(({quantity:a,section:i})=>`${a} in ${i}`).join(", ")}.`),s.together===!1&&(this.trouble.value="There were not so many together, so these are close to each other.")})}async#d(t,n){let r=()=>cr(w,{eventId:this.id,seats:{items:n},key:nt(t)}),o=await r();return!o.replayed||o.lock.status==="ACTIVE"?o:(we(t),r())}#g(t,n,r,o){let s={lockId:t,add:r.length?r:null,remove:o.length?o:null,idempotencyKey:nt(n)};return K(w,Qt,{input:s})}extend(){return this.#c("extend",async()=>{this.#i(await lr(w,this.lock.value.id)),B("You have more time.")})}release(){return this.#c("release",async()=>{await dr(w,this.lock.value.id),this.#n++,this.#i(null),B("Your seats are free again.")})}async book(){let t=null;return await this.#c("book",async()=>{t=(await gr(w,this.lock.value.id)).id}),t}#c(t,n){return rt(t,async()=>{if(this.trouble.value="",!!await Kr()){this.#u=!0;try{await ot(n),tt()}catch(r){this.trouble.value=G(r),B(this.trouble.value),await this.findLock()}finally{this.#u=!1,this.#s()}}})}};function uo(e){return Object.fromEntries(e.items.filter(({seats:t})=>!t.length).map(({section:t,quantity:n})=>[t,n]))}var as=6e4;function lo({id:e}){let t=Re(()=>new Bt(e),[e]);O(()=>()=>t.stop(),[t]);let n=t.event.value;if(O(()=>{n&&t.findLock()},[t,re.value]),O(()=>{document.title=n?n.name:"Tickets"},[n?.name]),n===null)return u(M,{children:[u("h1",{tabIndex:-1,children:"There is no such event"}),u("p",{children:u("a",{href:qe,children:"See what is on"})})]});if(!n)return u("h1",{tabIndex:-1,children:t.trouble.value||"Looking \u2026"});let r=n.sections.filter(({seating:s})=>s==="GENERAL"),o=n.salesOpen||t.lock.value!==null;return u(M,{children:[u("h1",{tabIndex:-1,children:n.name}),u("p",{children:[ke(n.startsAt,n.timeZone),n.venue&&u(M,{children:[", ",n.venue]})]}),n.description&&u("p",{children:n.description}),u("p",{children:u(gn,{event:n})}),t.unpaid.value&&u("p",{class:"note",children:["You have seats here that are not paid yet. ",u("a",{href:et(t.unpaid.value),children:"Pay them"})]}),u("div",{class:"sale",children:[u("div",{children:[t.hall.value.rows.length>0&&u(M,{children:[u(so,{sale:t}),u(ao,{sale:t})]}),r.length>0&&u("ul",{class:"general",children:r.map(s=>u("li",{children:u("label",{children:[u("strong",{children:s.name})," ",H(s.price),", ",Ae(s.availableSeats)," left"," ",u("input",{type:"number",min:0,max:100,value:t.counts.value[s.name]??0,disabled:!o,onInput:({currentTarget:a})=>t.count(s.name,a.valueAsNumber)})]})},s.id))})]}),u(us,{sale:t,canChoose:o})]})]})}function us({sale:e,canChoose:t}){let n=e.lock.value,{add:r,remove:o}=e.difference(),s=r.length>0||o.length>0,a=ee.value!==null,i=e.chosen.value.size+Object.values(e.counts.value).reduce((c,d)=>c+d,0);return u("section",{class:"basket","aria-label":"Your seats",children:[u("h2",{children:n?"You hold":"Your choice"}),n?u(cs,{sale:e}):u("p",{children:i?`${co(e)}: ${ds(e)}`:"Nothing yet: choose seats, or let us find them."}),n&&s&&u("p",{children:["Then you hold: ",co(e)||"nothing"]}),e.trouble.value&&u("p",{class:"trouble",children:e.trouble.value}),(s||!n)&&u("p",{class:"buttons",children:u("button",{class:n?"":"main","aria-disabled":a||!t||!s,onClick:()=>s&&t&&void e.hold(),children:n?i?"Change my seats":"Let all of them go":i?`Hold ${Ae(i)}`:"Hold seats"})}),u(ls,{sale:e,canChoose:t})]})}function cs({sale:e}){let t=e.lock.value,n=Date.parse(t.expiresAt),r=n<=X.value;O(()=>{r&&e.findLock()},[r]);let o=n-X.value<=as;O(()=>{o&&!r&&B("You hold your seats for less than a minute.")},[o]);let s=Date.parse(t.extendableUntil)-n>1e3,{add:a,remove:i}=e.difference(),c=a.length>0||i.length>0;async function d(){let g=await e.book();g&&Ur(et(g))}return u(M,{children:[u("p",{children:[Xe(t.items),": ",u("strong",{children:H(t.total)})]}),u("p",{children:["for ",u("strong",{class:"clock",children:Oe(n,X.value)})]}),u("p",{class:"buttons",children:[u("button",{class:"main","aria-disabled":ee.value!==null||c,onClick:()=>!c&&void d(),children:"Go on to pay"}),s&&u("button",{"aria-disabled":ee.value!==null,onClick:()=>{e.extend()},children:"More time"}),u("button",{"aria-disabled":ee.value!==null,onClick:()=>{e.release()},children:"Let go"})]})]})}function ls({sale:e,canChoose:t}){let[n,r]=R(2),[o,s]=R(""),a=e.event.value.sections;return u("form",{class:"best",onSubmit:i=>{i.preventDefault(),t&&e.best(n,a.length>1?o||a[0].name:"")},children:u("p",{class:"fields",children:[u("label",{children:["Find me"," ",u("input",{type:"number",min:1,max:100,required:!0,value:n,onInput:({currentTarget:i})=>r(i.valueAsNumber||1)})]}),a.length>1&&u("label",{children:["in"," ",u("select",{value:o||a[0].name,onChange:({currentTarget:i})=>s(i.value),children:a.map(({id:i,name:c})=>u("option",{value:c,children:c},i))})]}),u("button",{"aria-disabled":ee.value!==null||!t,children:e.lock.value?"Add the best":"Hold the best together"})]})})}function co(e){let t=Object.entries(e.counts.value).filter(([,n])=>n>0);return[...e.chosen.value,...t.map(([n,r])=>`${r} \xD7 ${n}`)].join(", ")}function ds(e){let t=Object.fromEntries(e.event.value.sections.map(({name:s,price:a})=>[s,a])),n=[...e.chosen.value].map(s=>({money:e.hall.value.find(s)?.row.section.price,count:1})),r=Object.entries(e.counts.value).map(([s,a])=>({money:t[s],count:a})),o=Or([...n,...r].flatMap(({money:s,count:a})=>s?[{money:s,count:a}]:[]));return o?H(o):""}function gs(){let e=Lt.value;return e.page==="event"?u(lo,{id:e.id},e.id):e.page==="booking"?u(Xr,{id:e.id},e.id):e.page==="bookings"?u(zr,{}):u(eo,{})}async function ms(){try{await jr()}catch(e){B(G(e))}}function ps(){let e=ae(!0);return O(()=>{document.title="Tickets",le.value=!1,e.current||document.querySelector("h1")?.focus(),e.current=!1},[Lt.value]),u(M,{children:[u("header",{children:[u("nav",{"aria-label":"Shop",children:[u("a",{href:qe,children:"Tickets"}),u("a",{href:$r,children:"My bookings"})]}),Ue.value===null?u("button",{onClick:()=>{Ve()},children:"Sign in"}):u("span",{children:[Ue.value," ",u("button",{onClick:()=>{ms()},children:"Sign out"})]})]}),le.value&&u("p",{class:"trouble",role:"status",children:"The connection is lost, so what you see may be old. It comes back by itself."}),u("main",{children:u(gs,{})}),u("p",{class:"said","aria-live":"polite",children:ln.value}),u(Qr,{})]})}En(u(ps,{}),document.getElementById("shop"));
