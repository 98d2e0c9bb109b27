use crate::stage::{LONG, lab, take, until};
use fourline::{
    model::ids::Side,
    os::lab::{Frame, Lab, Refusal, Step},
};
use nix::{
    errno::Errno,
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

/// Whether a process runs, or has ended and is not yet buried.
fn runs(pid: i32) -> bool {
    kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH)
}

#[test]
fn it_comes_up_and_goes() {
    let Some((lab, ports)) = lab() else { return };
    let pid = lab.pid();
    assert!(runs(pid));
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap();
    assert_eq!(name, "fourline-lab\n");
    drop((lab, ports));
    assert!(!runs(pid), "it is buried when the drop returns");
}

#[test]
fn several_stand_side_by_side() {
    let Some(first) = lab() else { return };
    let Some(second) = lab() else { return };
    let pids = [first.0.pid(), second.0.pid()];
    assert_ne!(pids[0], pids[1]);
    let spaces = pids.map(|pid| fs::read_link(format!("/proc/{pid}/ns/net")).unwrap());
    assert_ne!(spaces[0], spaces[1]);
}

#[test]
fn signals_of_the_terminal_do_not_reach_it() {
    let Some((lab, _ports)) = lab() else { return };
    let pid = Pid::from_raw(lab.pid());
    assert_eq!(nix::unistd::getsid(Some(pid)), Ok(pid));
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        kill(pid, signal).unwrap();
    }
    let again = lab.socket(Side::Server, libc::AF_INET, libc::SOCK_STREAM, 0);
    again.unwrap();
}

#[test]
fn a_keeper_that_was_killed_is_missed_and_nothing_hangs() {
    let Some((lab, ports)) = lab() else { return };
    kill(Pid::from_raw(lab.pid()), Signal::SIGKILL).unwrap();
    let asked = || lab.socket(Side::Server, libc::AF_INET, libc::SOCK_STREAM, 0);
    until("a dead keeper opens sockets", || asked().is_err());
    assert!(asked().is_err());
    // What was handed over stays.
    let mut frame = Frame::default();
    assert!(!take(&ports.server, &mut frame));
    lab.dropped(Side::Server).unwrap();
}

#[test]
fn it_inherits_nothing_and_keeps_no_hold_of_the_wire() {
    let Some((lab, _ports)) = lab() else { return };
    let held = || -> Vec<_> {
        fs::read_dir(format!("/proc/{}/fd", lab.pid()))
            .unwrap()
            .filter_map(|fd| fs::read_link(fd.unwrap().path()).ok())
            .map(|target| target.display().to_string())
            .collect()
    };
    // Three standard ones and two namespaces; it lets go of the rest just after it has handed it over.
    until("it holds more than it should", || held().len() == 5);
    let held = held();
    assert!(!held.iter().any(|t| t.contains("tun")), "{held:?}");
    let sockets = held.iter().filter(|t| t.starts_with("socket:"));
    assert_eq!(sockets.count(), 1, "{held:?}");
}

#[test]
fn nothing_is_left_when_its_owner_is_killed() {
    const OWNER: &str = "FOURLINE_TEST_OWNS_A_LAB";
    const TEST: &str = "life::nothing_is_left_when_its_owner_is_killed";
    if env::var_os(OWNER).is_some() {
        // This is the owner, run by the test below.
        if let Some((lab, _ports)) = lab() {
            println!("\npid {}", lab.pid());
            thread::sleep(LONG);
        }
        return;
    }
    if lab().is_none() {
        return;
    }
    let mut owner = Command::new(env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture", "--test-threads=1"])
        .env(OWNER, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(owner.stdout.take().unwrap());
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let pid = out.lines().map_while(Result::ok).find_map(|line| {
            let pid = line.strip_prefix("pid ")?.parse::<i32>();
            pid.ok()
        });
        let _ = tell.send(pid);
    });
    let keeper = told.recv_timeout(LONG);
    owner.kill().unwrap();
    owner.wait().unwrap();
    let keeper = keeper.unwrap().unwrap();
    until("the keeper outlives its owner", || !runs_as_keeper(keeper));
}

/// Whoever adopts the keeper buries it when he likes.
fn runs_as_keeper(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.contains("(fourline-lab)") && !stat.contains(") Z "))
}

#[test]
fn a_keeper_that_cannot_be_run_is_told_of() {
    let refused = |program: &str| -> Refusal { Lab::open(Path::new(program)).unwrap_err() };
    let missing = refused("/nonexistent/fourline");
    assert_eq!(missing.step, Step::Run);
    assert!(missing.to_string().contains("ENOENT"), "{missing}");
    let mute = refused("/bin/true");
    assert_eq!(mute.step, Step::Hear);
    assert!(!mute.fix().is_empty());
}

#[test]
fn nobody_keeps_a_lab_by_hand() {
    let ended = Command::new(crate::stage::program())
        .arg("--keep-lab")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
}
