//! Enum types.

use proc_macro2::TokenStream;
use quote::quote;

use super::{ident, outer_docs};
use crate::plan::EnumPlan;

pub(super) fn emit_enum(plan: &EnumPlan) -> Vec<TokenStream> {
    let (name_ident, docs) = (ident(&plan.ident), outer_docs(&plan.docs));
    let unknown_ident = ident(&plan.unknown);
    let members = plan.members.iter().map(|member| {
        let (member_ident, member_docs) = (ident(&member.ident), outer_docs(&member.docs));
        quote!(#member_docs #member_ident,)
    });
    let texts = plan.members.iter().map(|member| {
        let (wire, member_ident) = (&member.wire, ident(&member.ident));
        quote!(Self::#member_ident => #wire,)
    });
    let enumeration = quote! {
        #docs
        #[non_exhaustive]
        pub enum #name_ident {
            #(#members)*
            #[doc = " A member that the documentation does not know, or several with commas between them."]
            #unknown_ident(::std::string::String),
        }
    };
    let as_str = quote! {
        impl #name_ident {
            #[doc = " The member as it stands in JSON."]
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    #(#texts)*
                    Self::#unknown_ident(member) => member,
                }
            }
        }
    };
    vec![enumeration, as_str, emit_schema_type(plan), quote!(crate::runtime::value!(#name_ident);)]
}

fn emit_schema_type(plan: &EnumPlan) -> TokenStream {
    let (name_ident, unknown_ident) = (ident(&plan.ident), ident(&plan.unknown));
    let arms = plan.members.iter().map(|member| {
        let (wire, member_ident) = (&member.wire, ident(&member.ident));
        quote!(#wire => Self::#member_ident,)
    });
    quote! {
        impl crate::runtime::SchemaType for #name_ident {
            #[inline]
            fn read(from: &mut crate::runtime::TypeReader<'_>) -> Self {
                let member = from.member();
                match member.as_str() {
                    #(#arms)*
                    _ => Self::#unknown_ident(member),
                }
            }

            #[inline]
            fn write<'a>(&'a self, to: &mut crate::runtime::TypeWriter<'a>) {
                to.member(self.as_str());
            }
        }
    }
}
