//! Enum types.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{Imports, emit_own};
use super::{emit_deprecated, ident, outer_docs};
use crate::plan::{EnumPlan, Part};

pub(super) fn emit_enum(part: Part, plan: &EnumPlan, imports: &Imports<'_>) -> Vec<TokenStream> {
    let mut items = Vec::new();
    if part.has(Part::Declaration) {
        items.push(emit_declaration(plan));
    }
    if part.has(Part::Names) {
        items.push(emit_as_str(plan, imports));
    }
    if part.has(Part::Json) {
        items.push(emit_schema_type(plan, imports));
    }
    if part.has(Part::Declaration) {
        let name_ident = ident(&plan.ident);
        items.push(quote!(crate::runtime::enumeration!(#name_ident);));
    }
    items
}

fn emit_declaration(plan: &EnumPlan) -> TokenStream {
    let (name_ident, docs) = (ident(&plan.ident), outer_docs(&plan.docs));
    let unknown_ident = ident(&plan.unknown);
    let members = plan.members.iter().map(|member| {
        let (member_ident, member_docs) = (ident(&member.ident), outer_docs(&member.docs));
        let deprecated = emit_deprecated(member.deprecated.as_ref());
        quote!(#member_docs #deprecated #member_ident,)
    });
    let deprecated = emit_deprecated(plan.deprecated.as_ref());
    let unknown_docs = match plan.documented {
        Some(_) => " A member that is not documented, or several separated by commas.",
        None => " Another type.",
    };
    quote! {
        #docs
        #deprecated
        #[non_exhaustive]
        pub enum #name_ident {
            #(#members)*
            #[doc = #unknown_docs]
            #unknown_ident(String),
        }
    }
}

fn emit_as_str(plan: &EnumPlan, imports: &Imports<'_>) -> TokenStream {
    let (own_ty, unknown_ident) = (emit_own(&plan.ident, imports), ident(&plan.unknown));
    let texts = plan.members.iter().map(|member| {
        let (wire, member_ident) = (&member.wire, ident(&member.ident));
        quote!(Self::#member_ident => #wire,)
    });
    let docs = match plan.documented {
        Some(_) => " The name of the member in JSON.",
        None => " The qualified name of the type.",
    };
    quote! {
        impl #own_ty {
            #[doc = #docs]
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    #(#texts)*
                    Self::#unknown_ident(member) => member,
                }
            }
        }
    }
}

fn emit_schema_type(plan: &EnumPlan, imports: &Imports<'_>) -> TokenStream {
    let (own_ty, unknown_ident) = (emit_own(&plan.ident, imports), ident(&plan.unknown));
    let arms = plan.members.iter().map(|member| {
        let (wire, member_ident) = (&member.wire, ident(&member.ident));
        quote!(#wire => Self::#member_ident,)
    });
    quote! {
        impl rt::SchemaType for #own_ty {
            #[inline]
            fn read(from: &mut rt::TypeReader<'_>) -> Self {
                let member = from.member();
                match member.as_str() {
                    #(#arms)*
                    _ => Self::#unknown_ident(member),
                }
            }

            #[inline]
            fn write<'a>(&'a self, to: &mut rt::TypeWriter<'a>) {
                to.member(self.as_str());
            }
        }
    }
}
