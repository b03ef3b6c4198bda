//! Types with named properties.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::emit_type;
use super::{ident, outer_docs};
use crate::plan::{PropertyPlan, StructurePlan};

pub(super) fn emit_structure(plan: &StructurePlan) -> Vec<TokenStream> {
    let (name_ident, docs) = (ident(&plan.ident), outer_docs(&plan.docs));
    let properties = plan.properties.iter().map(emit_property);
    let structure = quote! {
        #docs
        pub struct #name_ident {
            #(#properties)*
            #[doc = " Properties that the documentation does not know."]
            pub additional: crate::runtime::Additional,
        }
    };
    vec![structure, emit_schema_type(plan), quote!(crate::runtime::structure!(#name_ident);)]
}

fn emit_schema_type(plan: &StructurePlan) -> TokenStream {
    let name_ident = ident(&plan.ident);
    let reads = plan.properties.iter().map(|property| {
        let (wire, name_ident) = (&property.wire, ident(&property.ident));
        quote!(#name_ident: from.property(#wire),)
    });
    let writes = plan.properties.iter().map(|property| {
        let (wire, name_ident) = (&property.wire, ident(&property.ident));
        quote!(to.property(#wire, &self.#name_ident);)
    });
    let ty = plan.qualified_name.as_ref().map(|name| quote!(to.ty(#name);));
    quote! {
        impl crate::runtime::SchemaType for #name_ident {
            #[inline]
            fn read(from: &mut crate::runtime::TypeReader<'_>) -> Self {
                Self {
                    #(#reads)*
                    additional: from.additional(),
                }
            }

            #[inline]
            fn write<'a>(&'a self, to: &mut crate::runtime::TypeWriter<'a>) {
                #ty
                #(#writes)*
                to.additional(&self.additional);
            }
        }
    }
}

fn emit_property(property: &PropertyPlan) -> TokenStream {
    let (name_ident, docs, value_ty) = (ident(&property.ident), outer_docs(&property.docs), emit_type(&property.ty));
    quote! {
        #docs
        pub #name_ident: crate::runtime::Property<#value_ty>,
    }
}
