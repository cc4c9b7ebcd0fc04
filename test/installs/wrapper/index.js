module.exports = require("@opconnect/pulumi");
