//! A headless Chromium, driven over its `DevTools` protocol on a pair of pipes: messages are JSON, each ended by a zero
//! byte.

use serde_json::{Value, json};
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

/// No answer takes so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether there is one; where CI is set there must be.
pub(crate) fn has_chromium() -> bool {
    let there = Command::new("chromium").arg("--version").output();
    let there = there.is_ok_and(|o| o.status.success());
    if !there {
        assert!(
            env::var_os("CI").is_none(),
            "chromium must be there where CI is set"
        );
        println!("skipped: chromium is not installed (Debian: apt install chromium)");
    }
    there
}

/// One page in a browser of its own.
pub(crate) struct Browser {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    folder: PathBuf,
    session: Option<String>,
    number: u64,
    /// What it has reported by itself.
    reports: Vec<Value>,
}

impl Browser {
    /// Starts it; `name` is that of a folder of its own.
    pub(crate) fn start(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("page-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("profile")).unwrap();
        // It reads from descriptor 3 and writes to 4.
        let script = "exec chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
            --disable-extensions --disable-background-networking --hide-scrollbars --remote-debugging-pipe \
            --user-data-dir=\"$1\" 3<&0 4>&1 </dev/null >/dev/null 2>&1";
        let mut child = Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(folder.join("profile"))
            .env("HOME", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let to = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let (tell, from) = channel();
        thread::spawn(move || {
            let mut message = Vec::new();
            while answers.read_until(0, &mut message).is_ok_and(|n| n > 0) {
                message.pop();
                let Ok(value) = serde_json::from_slice(&message) else {
                    break;
                };
                if tell.send(value).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut browser = Self {
            child,
            to,
            from,
            folder,
            session: None,
            number: 0,
            reports: Vec::new(),
        };
        let target = browser.ask("Target.createTarget", json!({"url": "about:blank"}));
        let attached = browser.ask(
            "Target.attachToTarget",
            json!({"targetId": target["targetId"], "flatten": true}),
        );
        browser.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for room in ["Page", "Runtime", "Log", "Network"] {
            browser.ask(&format!("{room}.enable"), json!({}));
        }
        browser
    }

    /// Asks it for something.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers make them on the spot"
    )]
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let mut message = json!({"id": self.number, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).unwrap();
        loop {
            let answer = self
                .from
                .recv_timeout(PATIENCE)
                .expect("the browser answers");
            if answer["id"] == self.number {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.reports.push(answer);
        }
    }

    /// Opens a page of this text, at an address like `#moment=3`, on a screen of this size.
    pub(crate) fn open(
        &mut self,
        page: &[u8],
        hash: &str,
        (width, height): (u32, u32),
        scheme: &str,
    ) {
        let file = self.folder.join("page.html");
        fs::write(&file, page).unwrap();
        let mobile = width < 600;
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile});
        self.ask("Emulation.setDeviceMetricsOverride", size);
        // Nothing glides, so that a place stays where it is between looking and clicking.
        let scheme = json!({"features": [{"name": "prefers-color-scheme", "value": scheme},
                                         {"name": "prefers-reduced-motion", "value": "reduce"}]});
        self.ask("Emulation.setEmulatedMedia", scheme);
        self.ask("Page.navigate", json!({"url": "about:blank"}));
        self.ask(
            "Page.navigate",
            json!({"url": format!("file://{}{hash}", file.display())}),
        );
        self.until("document.readyState === 'complete' && location.protocol === 'file:'");
    }

    /// What an expression is in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.ask("Runtime.evaluate", params);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true in the page.
    pub(crate) fn until(&mut self, expression: &str) {
        for _ in 0..600 {
            if self.value(expression) == true {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("never true: {expression}");
    }

    /// Presses a key and lets it go.
    pub(crate) fn press(&mut self, key: &str) {
        let mut down = json!({"type": "keyDown", "key": key});
        if key.chars().count() == 1 {
            down["text"] = json!(key);
        }
        self.ask("Input.dispatchKeyEvent", down);
        self.ask(
            "Input.dispatchKeyEvent",
            json!({"type": "keyUp", "key": key}),
        );
    }

    /// Clicks with the mouse on the first element of this selector, at a part of its width.
    pub(crate) fn click(&mut self, selector: &str, part: f64) {
        let place = self.value(&format!(
            "(() => {{ const e = document.querySelector({}); e.scrollIntoView({{ block: 'center' }}); \
             const b = e.getBoundingClientRect(); return [b.left + b.width * {part}, b.top + b.height / 2]; }})()",
            json!(selector)
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let params = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.ask("Input.dispatchMouseEvent", params);
        }
    }

    /// What it complained of, and what it wanted from a network, since it was asked last.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        self.value("new Promise((done) => setTimeout(done, 50))");
        let local = |url: &str| {
            ["file:", "about:", "data:"]
                .iter()
                .any(|s| url.starts_with(s))
        };
        self.reports
            .drain(..)
            .filter(|r| match r["method"].as_str() {
                Some("Network.requestWillBeSent") => {
                    !r["params"]["request"]["url"].as_str().is_some_and(local)
                }
                Some(
                    "Runtime.exceptionThrown"
                    | "Runtime.consoleAPICalled"
                    | "Log.entryAdded"
                    | "Page.javascriptDialogOpening"
                    | "Page.windowOpen",
                ) => true,
                _ => false,
            })
            .map(|r| r.to_string())
            .collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
