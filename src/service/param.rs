//! Declared parameters: where they stand, what they may be, and the words beside the field.

/// Where a parameter stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Body,
    /// A file of a multipart body.
    File,
}

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// Text of at most so many characters.
    Text(usize),
    /// The same over several lines.
    Words(usize),
    /// A secret: never shown again, never logged.
    Secret,
    /// A whole number within bounds, both included.
    Int(i64, i64),
    /// 元 with at most two decimals, above zero.
    Money,
    Date,
    /// `2018-09`.
    Month,
    Year,
    Flag,
    /// One of these: what is sent, and what people read.
    Choice(&'static [(&'static str, &'static str)]),
    /// Several texts of at most so many characters each (in a query: repeated or separated by commas).
    Texts(usize),
    /// Several whole numbers within bounds.
    Ints(i64, i64),
    /// An uploaded file.
    File,
}

/// One parameter of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param {
    /// English, snake_case: the key in JSON, query and form.
    pub name: &'static str,
    pub place: Place,
    /// The field's label: 审批日期.
    pub title: &'static str,
    pub kind: ParamKind,
    pub required: bool,
    /// What is meant where nothing is given, as it would be written.
    pub default: Option<&'static str>,
    /// A hint in Chinese, or empty.
    pub hint: &'static str,
}

impl Param {
    pub const fn new(name: &'static str, place: Place, title: &'static str, kind: ParamKind) -> Param {
        Param { name, place, title, kind, required: false, default: None, hint: "" }
    }

    /// A part of the path.
    pub const fn path(name: &'static str, title: &'static str) -> Param {
        Param::new(name, Place::Path, title, ParamKind::Text(100)).required()
    }

    pub const fn query(name: &'static str, title: &'static str, kind: ParamKind) -> Param {
        Param::new(name, Place::Query, title, kind)
    }

    pub const fn body(name: &'static str, title: &'static str, kind: ParamKind) -> Param {
        Param::new(name, Place::Body, title, kind)
    }

    pub const fn file(name: &'static str, title: &'static str) -> Param {
        Param::new(name, Place::File, title, ParamKind::File).required()
    }

    pub const fn required(mut self) -> Param {
        self.required = true;
        self
    }

    pub const fn or(mut self, default: &'static str) -> Param {
        self.default = Some(default);
        self
    }

    pub const fn hint(mut self, hint: &'static str) -> Param {
        self.hint = hint;
        self
    }
}
