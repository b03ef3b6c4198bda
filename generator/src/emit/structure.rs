//! Types with named properties.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::emit_type;
use super::{ident, outer_docs};
use crate::plan::{PropertyPlan, StructurePlan};

pub(super) fn emit_structure(plan: &StructurePlan) -> Vec<TokenStream> {
    let (name_ident, docs) = (ident(&plan.ident), outer_docs(&plan.docs));
    let properties = plan.properties.iter().map(emit_property);
    let writes = plan.properties.iter().map(|property| visit(property, &quote!(&self)));
    let reads = plan.properties.iter().map(|property| visit(property, &quote!(&mut self)));
    let structure = quote! {
        #docs
        #[derive(Clone, Debug, Default)]
        pub struct #name_ident {
            #(#properties)*
            #[doc = " Properties that the documentation does not know."]
            pub additional: crate::runtime::Additional,
        }
    };
    let structure_impl = quote! {
        impl crate::runtime::Structure for #name_ident {
            fn visit(&self, visitor: &mut crate::runtime::PropertyWriter) {
                #(#writes)*
                visitor.additional(&self.additional);
            }

            fn visit_mut(&mut self, visitor: &mut crate::runtime::PropertyReader) {
                #(#reads)*
                visitor.additional(&mut self.additional);
            }
        }
    };
    vec![structure, structure_impl]
}

fn emit_property(property: &PropertyPlan) -> TokenStream {
    let (name_ident, docs, value_ty) = (ident(&property.ident), outer_docs(&property.docs), emit_type(&property.ty));
    quote! {
        #docs
        pub #name_ident: ::core::option::Option<crate::runtime::Nullable<#value_ty>>,
    }
}

fn visit(property: &PropertyPlan, receiver: &TokenStream) -> TokenStream {
    let (wire, name_ident) = (&property.wire, ident(&property.ident));
    quote!(visitor.property(#wire, #receiver.#name_ident);)
}
