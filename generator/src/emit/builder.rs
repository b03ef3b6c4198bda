//! Path builders.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{Imports, emit_own, emit_path, emit_type};
use super::{emit_deprecated, ident, operation, outer_docs};
use crate::names::RustIdent;
use crate::plan::{
    ArgumentPlan, BuilderPlan, CallPlan, FunctionArgument, Literal, MethodKind, MethodPlan, RustType, Step, TypePath,
};

/// The type of a path node. It derives nothing: with more than a thousand of these types, derives would
/// take a tenth of the compile time. Using one twice needs no copy, because methods borrow.
pub(super) fn emit_builder(plan: &BuilderPlan) -> TokenStream {
    let (name_ident, docs) = (ident(&plan.ident), outer_docs(&plan.docs));
    quote! {
        #docs
        #[must_use]
        pub struct #name_ident(pub rt::Path);
    }
}

pub(super) fn emit_methods(of: &RustIdent, methods: &[MethodPlan], imports: &Imports<'_>) -> Vec<TokenStream> {
    let of_ty = emit_own(of, imports);
    let constants: Vec<_> = methods.iter().filter_map(emit_constant).collect();
    let functions = methods.iter().map(|method| match &method.kind {
        MethodKind::Navigate { target, .. } => emit_navigation(method, target, imports),
        MethodKind::Call(call) => emit_call(method, call, imports),
    });
    // rustdoc shows the constants of a block before its functions, but people look for the
    // functions.
    let constants = (!constants.is_empty()).then(|| {
        quote! {
            /// The documented facts of the calls above.
            impl #of_ty {
                #(#constants)*
            }
        }
    });
    let functions = quote! {
        impl #of_ty {
            #(#functions)*
        }
    };
    std::iter::once(functions).chain(constants).collect()
}

/// Whether a method names the runtime. Navigation does so only for literals other than plain ones.
pub(super) fn needs_runtime(method: &MethodPlan) -> bool {
    let is_wrapped = |argument: &FunctionArgument| !matches!(argument.literal, Literal::String | Literal::Value);
    match (&method.kind, &method.step) {
        (MethodKind::Call(_), _) => true,
        (_, Some(Step::Function(_, arguments) | Step::KeyNamed(arguments))) => arguments.iter().any(is_wrapped),
        _ => false,
    }
}

fn emit_constant(method: &MethodPlan) -> Option<TokenStream> {
    let MethodKind::Call(call) = &method.kind else { return None };
    let (constant_ident, constant) = (ident(&call.constant), operation::emit_operation(&call.operation));
    let docs = outer_docs(&[format!("Of [`Self::{}`].", method.ident.text())]);
    Some(quote! {
        #docs
        pub const #constant_ident: rt::Operation = #constant;
    })
}

fn emit_navigation(method: &MethodPlan, target: &TypePath, imports: &Imports<'_>) -> TokenStream {
    let (name_ident, docs, target_ty) = (ident(&method.ident), outer_docs(&method.docs), emit_path(target, imports));
    let cfg = method.feature.as_ref().map(|feature| quote!(#[cfg(feature = #feature)]));
    let arguments = method.arguments.iter().map(|argument| emit_argument(argument, imports));
    let path = emit_step(method.step.as_ref());
    quote! {
        #docs
        #cfg
        #[inline]
        pub fn #name_ident(&self, #(#arguments),*) -> #target_ty {
            #target_ty(#path)
        }
    }
}

fn emit_call(method: &MethodPlan, call: &CallPlan, imports: &Imports<'_>) -> TokenStream {
    let (name_ident, docs) = (ident(&method.ident), outer_docs(&method.docs));
    let alias = emit_alias(&call.operation.page, &method.ident);
    let deprecated = emit_deprecated(call.deprecated.as_ref());
    let constant_ident = ident(&call.constant);
    let arguments = method.arguments.iter().map(|argument| emit_argument(argument, imports));
    let response_ty = emit_type(&call.response, imports);
    let request = match &method.step {
        // One call costs the compiler less than two.
        None => quote!(self.0.request(Self::#constant_ident)),
        step => {
            let path = emit_step(step.as_ref());
            quote!(rt::Request::new(Self::#constant_ident, #path))
        }
    };
    let query = call.query.iter().map(|(name, argument)| {
        let argument_ident = ident(&argument.ident);
        match argument.ty {
            RustType::Reference => quote!(.query(#name, rt::Reference::into_address(#argument_ident))),
            _ => quote!(.query(#name, #argument_ident)),
        }
    });
    let body = call.body.as_ref().map(|body| {
        let body_ident = ident(body);
        match method.arguments.iter().find(|argument| argument.ident == *body).map(|argument| &argument.ty) {
            Some(RustType::Reference) => quote!(.body(rt::Reference::into_body(#body_ident))),
            Some(RustType::Is(_)) => quote!(.body(#body_ident.into_body())),
            _ => quote!(.body(#body_ident)),
        }
    });
    // Directory objects can only be counted this way, and other services ignore it (Graph docs,
    // aad-advanced-queries).
    let consistency = matches!(call.response, RustType::I64).then(|| quote!(.consistency_eventual()));
    quote! {
        #docs
        #alias
        #deprecated
        #[inline]
        pub fn #name_ident(&self, #(#arguments),*) -> rt::Request<#response_ty> {
            #request #(#query)*#body #consistency
        }
    }
}

/// The search of rustdoc finds the call by the name of its docs page. An alias must not be the name of the item itself,
/// nor hold quotation marks.
fn emit_alias(page: &str, name: &RustIdent) -> Option<TokenStream> {
    let is_plain = page.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    (is_plain && !page.is_empty() && page != name.text()).then(|| quote!(#[doc(alias = #page)]))
}

fn emit_argument(argument: &ArgumentPlan, imports: &Imports<'_>) -> TokenStream {
    let (name_ident, argument_ty) = (ident(&argument.ident), emit_type(&argument.ty, imports));
    quote!(#name_ident: #argument_ty)
}

fn emit_step(step: Option<&Step>) -> TokenStream {
    match step {
        None => quote!(self.0.clone()),
        Some(Step::Segment(name)) => quote!(self.0.segment(#name)),
        Some(Step::Key(key)) => {
            let key_ident = ident(key);
            quote!(self.0.key(#key_ident))
        }
        Some(Step::KeyEquals(name, value)) => {
            let value_ident = ident(value);
            quote!(self.0.key_equals(#name, #value_ident))
        }
        Some(Step::KeyNamed(keys)) => {
            let keys = keys.iter().map(emit_function_argument);
            quote!(self.0.key_named(&[#(#keys),*]))
        }
        Some(Step::ItemPath(path)) => {
            let path_ident = ident(path);
            quote!(self.0.item_path(#path_ident))
        }
        Some(Step::Function(name, arguments)) => {
            let arguments = arguments.iter().map(emit_function_argument);
            quote!(self.0.function(#name, &[#(#arguments),*]))
        }
    }
}

fn emit_function_argument(argument: &FunctionArgument) -> TokenStream {
    let (name, value_ident) = (&argument.name, ident(&argument.ident));
    match &argument.literal {
        Literal::String | Literal::Value => quote!((#name, #value_ident.into())),
        Literal::Raw => quote!((#name, rt::Argument::Raw(#value_ident.as_ref()))),
        Literal::Member(ty) => quote!((#name, rt::Argument::Enum { ty: #ty, value: #value_ident.as_str() })),
        Literal::Enum(ty) => quote!((#name, rt::Argument::Enum { ty: #ty, value: #value_ident })),
    }
}
