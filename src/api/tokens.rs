//! Access tokens: JWT signed with Ed25519 (RFC 8037) and nothing else. The algorithm is pinned, the key is looked up by `kid`
//! among our own and never opened from what a token says; `iss`, `aud`, `typ`, `nbf` and `exp` are all required. A token lives
//! minutes; whether its session still holds is asked of the books with every request.

use crate::app::{AppError, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header, Validation};
use rand::TryRng;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

const ISSUER: &str = "sunledger";
const AUDIENCE: &str = "sunledger-api";
/// Media type of access tokens (RFC 9068): other tokens of ours could never pass for one.
const TYPE: &str = "at+jwt";
/// How long an access token is good for, seconds.
pub const LIFE: i64 = 300;
/// A key signs for so long, then a new one is made; it verifies for one token's life more.
const KEY_DAYS: i64 = 30;
const DAY: i64 = 86_400;

/// What a token says: who, in which session, from when until when (seconds since 1970 UTC).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The book and the user's number in it.
    pub sub: String,
    pub sid: i64,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
}

/// Our keys: the newest signs, all that are young enough verify.
pub struct Tokens {
    book: String,
    keys: BTreeMap<String, Key>,
    current: String,
    /// Tokens whose signature was found good: their times are compared again, their signature is not.
    good: Mutex<HashMap<String, Claims>>,
}

/// So many are remembered; then all are forgotten.
const REMEMBERED: usize = 10_000;

struct Key {
    seed: [u8; 32],
    signs: EncodingKey,
    verifies: DecodingKey,
}

impl Tokens {
    /// Reads the keys in a directory, makes a new one where there is none or the newest is too old, and drops those past use.
    /// Key files are readable by their owner only.
    pub fn open(dir: &Path, book: &str, now: i64) -> Result<Tokens> {
        install();
        std::fs::create_dir_all(dir)?;
        let mut keys = BTreeMap::new();
        let mut newest: Option<(i64, String)> = None;
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            let Some(kid) = path.file_stem().and_then(|stem| stem.to_str()).filter(|_| path.extension().is_some_and(|end| end == "key"))
            else {
                continue;
            };
            let Some(made) = kid.split_once('-').and_then(|(made, _)| made.parse::<i64>().ok()) else { continue };
            if made + KEY_DAYS * DAY + LIFE < now {
                std::fs::remove_file(&path)?;
                continue;
            }
            let seed: [u8; 32] = std::fs::read(&path)?
                .try_into()
                .map_err(|_| AppError::Output(format!("令牌密钥文件 {} 已损坏，请删除后重新启动", path.display())))?;
            keys.insert(kid.to_string(), Key::of(&seed));
            if made + KEY_DAYS * DAY > now && newest.as_ref().is_none_or(|(at, _)| *at < made) {
                newest = Some((made, kid.to_string()));
            }
        }
        let current = match newest {
            Some((_, kid)) => kid,
            None => {
                let (kid, seed) = create(dir, now)?;
                keys.insert(kid.clone(), Key::of(&seed));
                kid
            }
        };
        Ok(Tokens { book: book.to_string(), keys, current, good: Mutex::default() })
    }

    /// A token for a session of a user; `now` in seconds.
    pub fn issue(&self, user: i64, session: i64, now: i64) -> Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(self.current.clone());
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: format!("{}/{user}", self.book),
            sid: session,
            iat: now,
            nbf: now,
            exp: now + LIFE,
        };
        let key = self.keys.get(&self.current).ok_or_else(|| AppError::Output("没有令牌密钥".into()))?;
        jsonwebtoken::encode(&header, &claims, &key.signs).map_err(|_| AppError::Output("令牌签不出来".into()))
    }

    /// The session that a token speaks for, if it is one of ours and good at this second.
    pub fn check(&self, token: &str, now: i64) -> Option<Claims> {
        let known = self.remembered().get(token).cloned();
        let claims = match known {
            Some(claims) => claims,
            None => {
                let claims = self.verify(token)?;
                let mut good = self.remembered();
                if good.len() >= REMEMBERED {
                    good.clear();
                }
                good.insert(token.to_string(), claims.clone());
                claims
            }
        };
        (claims.nbf <= now && now < claims.exp).then_some(claims)
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<String, Claims>> {
        self.good.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verify(&self, token: &str) -> Option<Claims> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        let key = self.keys.get(header.kid.as_deref()?)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.leeway = 0;
        validation.validate_exp = false; // the times are compared by whoever asks, each time
        validation.validate_nbf = false;
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        let claims = jsonwebtoken::decode::<Claims>(token, &key.verifies, &validation).ok()?.claims;
        let ours = claims.sub.split_once('/').is_some_and(|(book, _)| book == self.book);
        ours.then_some(claims)
    }

    /// The token that forms of a session carry, against forged requests: a keyed digest (SM3) of the session's number.
    pub fn csrf(&self, session: i64) -> String {
        use sm3::Digest;
        let seed = self.keys.get(&self.current).map_or(&[0; 32], |key| &key.seed);
        let mut digest = sm3::Sm3::new();
        for part in [&seed[..], b"sunledger csrf", self.book.as_bytes(), &session.to_be_bytes(), &seed[..]] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        URL_SAFE_NO_PAD.encode(&digest.finalize()[..24])
    }
}

impl Key {
    fn of(seed: &[u8; 32]) -> Key {
        let public = SigningKey::from_bytes(seed).verifying_key();
        Key { seed: *seed, signs: EncodingKey::from_ed_der(seed), verifies: DecodingKey::from_ed_der(public.as_bytes()) }
    }
}

fn create(dir: &Path, now: i64) -> Result<(String, [u8; 32])> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut seed = [0u8; 32];
    let mut tail = [0u8; 6];
    for part in [&mut seed[..], &mut tail[..]] {
        SysRng.try_fill_bytes(part).map_err(|error| AppError::Output(format!("系统随机数不可用：{error}")))?;
    }
    let kid = format!("{now}-{}", URL_SAFE_NO_PAD.encode(tail));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(dir.join(format!("{kid}.key")))?;
    file.write_all(&seed)?;
    file.sync_all()?;
    Ok((kid, seed))
}

/// Ed25519 by the crate that signs our exports, instead of a second set of cryptography; keys are the bare 32 bytes.
static PROVIDER: CryptoProvider =
    CryptoProvider { signer_factory: signer, verifier_factory: verifier, key_utils: KeyUtils::new_unimplemented() };

fn install() {
    // a second service in the same process (tests) finds it installed already
    let _ = PROVIDER.install_default();
}

struct EdSigner(SigningKey);
struct EdVerifier(VerifyingKey);

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> jsonwebtoken::errors::Result<Box<dyn JwtSigner>> {
    let seed = (*algorithm == Algorithm::EdDSA && key.family() == AlgorithmFamily::Ed).then(|| key.as_bytes());
    let seed: &[u8; 32] = seed.and_then(|bytes| bytes.try_into().ok()).ok_or(ErrorKind::InvalidEddsaKey)?;
    Ok(Box::new(EdSigner(SigningKey::from_bytes(seed))))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> jsonwebtoken::errors::Result<Box<dyn JwtVerifier>> {
    if *algorithm != Algorithm::EdDSA || key.family() != AlgorithmFamily::Ed {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let public: &[u8; 32] = key.try_get_as_bytes()?.try_into().map_err(|_| ErrorKind::InvalidEddsaKey)?;
    Ok(Box::new(EdVerifier(VerifyingKey::from_bytes(public).map_err(|_| ErrorKind::InvalidEddsaKey)?)))
}

impl signature::Signer<Vec<u8>> for EdSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        Ok(self.0.sign(message).to_bytes().to_vec())
    }
}

impl JwtSigner for EdSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

impl signature::Verifier<Vec<u8>> for EdVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), signature::Error> {
        let signature = Signature::from_slice(signature).map_err(|_| signature::Error::new())?;
        self.0.verify_strict(message, &signature).map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for EdVerifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    const NOW: i64 = 1_540_000_000;

    fn tokens() -> (tempfile::TempDir, Tokens) {
        let dir = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(dir.path(), "default", NOW).unwrap();
        (dir, tokens)
    }

    fn part(json: &str) -> String {
        URL_SAFE_NO_PAD.encode(json)
    }

    fn parts(token: &str) -> (String, String, String) {
        let mut parts = token.split('.').map(str::to_string);
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
    }

    #[test]
    fn a_token_speaks_for_its_session_until_it_expires() {
        let (_dir, tokens) = tokens();
        let token = tokens.issue(7, 42, NOW).unwrap();
        let claims = tokens.check(&token, NOW + LIFE - 1).unwrap();
        assert_eq!((claims.sid, claims.sub.as_str()), (42, "default/7"));
        assert!(tokens.check(&token, NOW + LIFE).is_none());
        assert!(tokens.check(&token, NOW - 1).is_none(), "not yet good");
    }

    #[test]
    fn other_algorithms_are_refused_whatever_they_sign() {
        let (_dir, tokens) = tokens();
        let (head, body, signature) = parts(&tokens.issue(7, 42, NOW).unwrap());
        let kid = tokens.current.clone();
        for alg in ["none", "None", "NONE", "", "HS256", "RS256", "ES256"] {
            let forged = part(&format!(r#"{{"typ":"at+jwt","alg":"{alg}","kid":"{kid}"}}"#));
            for signed in ["", &signature] {
                assert!(tokens.check(&format!("{forged}.{body}.{signed}"), NOW).is_none(), "{alg}");
            }
        }
        assert!(tokens.check(&format!("{head}.{body}.{signature}"), NOW).is_some());
        assert!(tokens.check(&format!("{head}.{body}."), NOW).is_none());
        assert!(tokens.check(&format!("{head}.{body}"), NOW).is_none());
    }

    #[test]
    fn changed_claims_foreign_keys_and_strange_key_names_are_refused() {
        let (_dir, tokens) = tokens();
        let (_other_dir, other) = self::tokens();
        let token = tokens.issue(7, 42, NOW).unwrap();
        assert!(other.check(&token, NOW).is_none(), "another service's key");
        let (head, body, signature) = parts(&token);
        let mut claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&body).unwrap()).unwrap();
        claims.sid = 1;
        let forged = part(&serde_json::to_string(&claims).unwrap());
        assert!(tokens.check(&format!("{head}.{forged}.{signature}"), NOW).is_none());
        for kid in ["../../etc/passwd", "' OR 1=1 --", ""] {
            let forged = part(&format!(r#"{{"typ":"at+jwt","alg":"EdDSA","kid":"{kid}"}}"#));
            assert!(tokens.check(&format!("{forged}.{body}.{signature}"), NOW).is_none());
        }
    }

    #[test]
    fn a_token_of_another_book_or_type_is_refused() {
        let (dir, tokens) = tokens();
        let other = Tokens::open(dir.path(), "other", NOW).unwrap();
        assert!(tokens.check(&other.issue(7, 42, NOW).unwrap(), NOW).is_none());
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(tokens.current.clone());
        header.typ = Some("JWT".into());
        let claims = tokens.check(&tokens.issue(7, 42, NOW).unwrap(), NOW).unwrap();
        let plain = jsonwebtoken::encode(&header, &claims, &tokens.keys[&tokens.current].signs).unwrap();
        assert!(tokens.check(&plain, NOW).is_none());
    }

    #[test]
    fn an_old_key_is_replaced_and_verifies_as_long_as_its_tokens_live() {
        let (dir, tokens) = tokens();
        let turn = NOW + KEY_DAYS * DAY;
        let last = tokens.issue(7, 42, turn - 1).unwrap();
        let next = Tokens::open(dir.path(), "default", turn).unwrap();
        assert_ne!(next.current, tokens.current);
        assert!(next.check(&last, turn).is_some());
        let later = Tokens::open(dir.path(), "default", turn + LIFE + 1).unwrap();
        assert_eq!(later.keys.len(), 1, "the old key is gone");
    }
}
