//! What the program tells a person to type can be typed.

use fourline::{
    language::{Vars, parse_line},
    model::story::explain,
};

#[test]
fn every_statement_that_an_explanation_proposes_is_understood() {
    for text in explain::statements() {
        let parsed = parse_line(&text, &Vars::default());
        assert!(matches!(parsed, Ok(Some(_))), "{text}: {parsed:?}");
    }
}
