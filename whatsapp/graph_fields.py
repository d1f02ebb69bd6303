"""Which fields of Graph objects are asked for."""

NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,status,quality_rating,code_verification_status,"
    "name_status,platform_type,throughput,account_mode,is_official_business_account"
)
ALL_NUMBER_FIELDS = NUMBER_FIELDS + (
    ",new_name_status,is_on_biz_app,whatsapp_business_manager_messaging_limit,"
    "webhook_configuration,health_status,search_visibility,certificate,username"
)
TEMPLATE_FIELDS = (
    "id,name,status,category,sub_category,language,components,parameter_format,quality_score,"
    "rejected_reason,correct_category,message_send_ttl_seconds,previous_category,"
    "cta_url_link_tracking_opted_out"
)
ACCOUNT_FIELDS = "id,name,currency,timezone_id"
