//! Path builders.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{emit_path, emit_type};
use super::{ident, operation, outer_docs};
use crate::plan::{
    ArgumentPlan, BuilderPlan, CallPlan, FunctionArgument, Literal, MethodKind, MethodPlan, Step, TypePath,
};

pub(super) fn emit_builder(plan: &BuilderPlan) -> Vec<TokenStream> {
    let (name_ident, docs) = (ident(&plan.ident), outer_docs(&plan.docs));
    let methods = plan.methods.iter().map(emit_method);
    let structure = quote! {
        #docs
        #[derive(Clone, Debug)]
        #[must_use]
        pub struct #name_ident {
            pub(crate) path: crate::runtime::Path,
        }
    };
    let methods = quote! {
        impl #name_ident {
            #(#methods)*
        }
    };
    vec![structure, methods]
}

fn emit_method(method: &MethodPlan) -> TokenStream {
    match &method.kind {
        MethodKind::Navigate(target) => emit_navigation(method, target),
        MethodKind::Call(call) => emit_call(method, call),
    }
}

fn emit_navigation(method: &MethodPlan, target: &TypePath) -> TokenStream {
    let (name_ident, docs, target_ty) = (ident(&method.ident), outer_docs(&method.docs), emit_path(target));
    let cfg = method.feature.as_ref().map(|feature| quote!(#[cfg(feature = #feature)]));
    let arguments = method.arguments.iter().map(emit_argument);
    let path = emit_step(method.step.as_ref());
    quote! {
        #docs
        #cfg
        pub fn #name_ident(self, #(#arguments),*) -> #target_ty {
            #target_ty { path: #path }
        }
    }
}

fn emit_call(method: &MethodPlan, call: &CallPlan) -> TokenStream {
    let (name_ident, docs) = (ident(&method.ident), outer_docs(&method.docs));
    let (constant_ident, constant) = (ident(&call.constant), operation::emit_operation(&call.operation));
    let constant_docs = outer_docs(&[format!("What the documentation says about [`Self::{}`].", method.ident)]);
    let arguments = method.arguments.iter().map(emit_argument);
    let response_ty = emit_type(&call.response);
    let path = emit_step(method.step.as_ref());
    let query = call.query.iter().map(|(name, argument)| {
        let argument_ident = ident(argument);
        quote!(.query(#name, #argument_ident))
    });
    let body = call.body.as_ref().map(|body| {
        let body_ident = ident(body);
        quote!(.body(#body_ident.into()))
    });
    quote! {
        #constant_docs
        pub const #constant_ident: &'static crate::runtime::Operation = &#constant;

        #docs
        pub fn #name_ident(self, #(#arguments),*) -> crate::runtime::Request<#response_ty> {
            crate::runtime::Request::new(Self::#constant_ident, #path)#(#query)*#body
        }
    }
}

fn emit_argument(argument: &ArgumentPlan) -> TokenStream {
    let (name_ident, argument_ty) = (ident(&argument.ident), emit_type(&argument.ty));
    quote!(#name_ident: #argument_ty)
}

fn emit_step(step: Option<&Step>) -> TokenStream {
    match step {
        None => quote!(self.path),
        Some(Step::Segment(name)) => quote!(self.path.segment(#name)),
        Some(Step::Key(key)) => {
            let key_ident = ident(key);
            quote!(self.path.key(#key_ident))
        }
        Some(Step::KeyEquals(name, value)) => {
            let value_ident = ident(value);
            quote!(self.path.key_equals(#name, #value_ident))
        }
        Some(Step::ItemPath(path)) => {
            let path_ident = ident(path);
            quote!(self.path.item_path(#path_ident))
        }
        Some(Step::Function(name, arguments)) => {
            let arguments = arguments.iter().map(emit_function_argument);
            quote!(self.path.function(#name, &[#(#arguments),*]))
        }
    }
}

fn emit_function_argument(argument: &FunctionArgument) -> TokenStream {
    let (name, value_ident) = (&argument.name, ident(&argument.ident));
    match &argument.literal {
        Literal::String | Literal::Value => quote!((#name, #value_ident.into())),
        Literal::Raw => quote!((#name, crate::runtime::Argument::Raw(#value_ident))),
        Literal::Enum(ty) => quote!((#name, crate::runtime::Argument::Enum { ty: #ty, value: #value_ident })),
    }
}
