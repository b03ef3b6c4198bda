//! The paths of one API version as a tree of nodes.

use std::collections::BTreeMap;

use crate::model::api::{Operation, Segment};

/// A node that paths lead to.
#[derive(Debug, Default)]
pub(super) struct Node<'m> {
    /// The segment that leads here; `None` for the root.
    pub(super) segment: Option<Segment>,
    /// By the identity of the segment.
    pub(super) children: BTreeMap<String, Node<'m>>,
    /// Operations called here.
    pub(super) calls: Vec<&'m Operation>,
}

/// Builds the tree. Actions and functions belong to the node that they are bound to, other operations
/// to the node of their path.
pub(super) fn build<'m>(operations: &'m [Operation]) -> Node<'m> {
    let mut root = Node::default();
    for operation in operations {
        let segments = &operation.path.segments;
        let bound = operation.kind.is_bound();
        let steps = if bound { &segments[..segments.len() - 1] } else { segments };
        let mut node = &mut root;
        for segment in steps {
            node = node.children.entry(segment.key()).or_default();
            node.segment.get_or_insert_with(|| segment.clone());
        }
        node.calls.push(operation);
    }
    root
}
