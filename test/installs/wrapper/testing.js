module.exports = require("@opconnect/pulumi/testing");
